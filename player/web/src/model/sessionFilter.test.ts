import { expect, test } from "vitest";
import {
  changed,
  NO_FILTER,
  narrowing,
  queryOf,
  type SessionFilter,
  searchOf,
  sessionFilterFrom,
} from "./sessionFilter";

const EVERYTHING: SessionFilter = {
  tenant: "t",
  device: "d",
  kind: "support",
  state: "sealed",
  held: false,
  from: "2026-10-24",
  until: "2026-10-25",
  due: "2026-11-30",
  order: "deadline",
};

test("a filter read from its own address is the same filter", () => {
  for (const filter of [NO_FILTER, EVERYTHING, { ...NO_FILTER, held: true, order: "deadline" as const }]) {
    expect(sessionFilterFrom(searchOf(filter))).toEqual(filter);
  }
});

test("no filter leaves the address bare", () => {
  expect(searchOf(NO_FILTER)).toBe("");
});

test("what is not understood is no filter", () => {
  expect(
    sessionFilterFrom("kind=x&state=y&held=maybe&from=2026-02-30&until=soon&due=1&order=z&more=1"),
  ).toEqual(NO_FILTER);
});

test("the last day is within: the server is asked up to the next day's beginning", () => {
  // In the night to 25 October 2026 the clocks go back: that day has 25 hours.
  const query = queryOf(EVERYTHING);
  expect(query.from).toBe("2026-10-23T22:00:00.000Z");
  expect(query.until).toBe("2026-10-25T23:00:00.000Z");
  expect(query.deadline_before).toBe("2026-11-30T23:00:00.000Z");
});

test("what is not filtered by is not asked for", () => {
  expect(queryOf(NO_FILTER)).toEqual({ order: "newest" });
  expect(queryOf({ ...NO_FILTER, held: false })).toEqual({ order: "newest", held: false });
});

test("another tenant lets go of the device, the same one keeps it", () => {
  expect(changed(EVERYTHING, { tenant: "other" }).device).toBeNull();
  expect(changed(EVERYTHING, { tenant: null }).device).toBeNull();
  expect(changed(EVERYTHING, { tenant: "t" }).device).toBe("d");
  expect(changed(EVERYTHING, { kind: null }).device).toBe("d");
});

test("what is due by a day is read in the order in which it falls due", () => {
  expect(changed(NO_FILTER, { due: "2026-11-30" }).order).toBe("deadline");
  expect(changed(EVERYTHING, { due: null }).order).toBe("newest");
  expect(sessionFilterFrom("due=2026-11-30&order=newest").order).toBe("deadline");
});

test("the order narrows nothing", () => {
  expect(narrowing(NO_FILTER)).toBe(0);
  expect(narrowing({ ...NO_FILTER, order: "deadline" })).toBe(0);
  expect(narrowing({ ...NO_FILTER, held: false })).toBe(1);
  expect(narrowing(EVERYTHING)).toBe(8);
});
