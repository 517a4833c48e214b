import { expect, test } from "vitest";
import type { Deletions } from "../api/types";
import {
  calendarOf,
  type DeletionsPlace,
  deletionsPlaceFrom,
  deletionsQueryOf,
  deletionsSearchOf,
  dueQueryOf,
} from "./deletions";

const TODAY = "2026-11-23";
const day = (of: string, sessions: number, held = 0) => ({
  day: of,
  from: `${of}T00:00:00Z`,
  until: `${of}T24:00:00Z`,
  sessions,
  held,
});

const KNOWN: Deletions = {
  now: "2026-11-23T10:00:00Z",
  days: [day("2026-11-30", 40), day("2026-12-01", 3, 1), day("2026-12-02", 0), day("2026-12-24", 1200, 2)],
  overdue: { sessions: 0, held: 0 },
  under_way: [],
  under_way_count: 0,
  last_run: null,
  every_seconds: 3600,
};

test("the address says what is shown, and is read back", () => {
  const places: DeletionsPlace[] = [
    { tenant: null, month: "2026-11", picked: null },
    { tenant: "t", month: "2026-12", picked: null },
    { tenant: null, month: "2026-12", picked: { kind: "day", day: "2026-12-24" } },
    { tenant: null, month: "2026-12", picked: { kind: "day", day: "2027-01-02" } },
    { tenant: null, month: "2026-11", picked: { kind: "overdue" } },
    { tenant: null, month: "2027-02", picked: { kind: "kept" } },
  ];
  for (const place of places) {
    expect(deletionsPlaceFrom(deletionsSearchOf(place, TODAY), TODAY)).toEqual(place);
  }
  expect(deletionsSearchOf(places[0] as DeletionsPlace, TODAY)).toBe("");
  expect(deletionsPlaceFrom("show=never&month=2026-99", TODAY)).toEqual({
    tenant: null,
    month: "2026-11",
    picked: null,
  });
});

test("the server is asked for whole weeks", () => {
  const query = deletionsQueryOf({ tenant: "t", month: "2026-12", picked: null }, "Europe/Berlin");
  expect(query.days).toBe(35);
  expect(new Date(query.from ?? "").getDate()).toBe(30);
  expect(query.zone).toBe("Europe/Berlin");
  expect(query.tenant).toBe("t");
});

test("sums are of the month's own days, and a day that is not known has no number", () => {
  const calendar = calendarOf("2026-12", KNOWN.days);
  expect(calendar.sessions).toBe(1203);
  expect(calendar.held).toBe(3);
  const days = calendar.weeks.flat();
  expect(days.find(({ day }) => day === "2026-12-05")).toMatchObject({ sessions: null, level: 0 });
  expect(days.find(({ day }) => day === "2026-11-30")).toMatchObject({
    within: false,
    sessions: 40,
    level: 2,
  });
  expect(days.find(({ day }) => day === "2026-12-02")?.level).toBe(0);
  expect(days.find(({ day }) => day === "2026-12-01")?.level).toBe(1);
  expect(days.find(({ day }) => day === "2026-12-24")?.level).toBe(3);
});

test("the list asks for exactly what the number counts", () => {
  const place: DeletionsPlace = {
    tenant: null,
    month: "2026-12",
    picked: { kind: "day", day: "2026-12-01" },
  };
  expect(dueQueryOf(place, KNOWN)).toEqual({
    order: "deadline",
    deadline_from: "2026-12-01T00:00:00Z",
    deadline_before: "2026-12-01T24:00:00Z",
  });
  expect(dueQueryOf(place, undefined)).toBeNull();
  expect(dueQueryOf({ ...place, picked: { kind: "day", day: "2026-12-05" } }, KNOWN)).toBeNull();
  expect(dueQueryOf({ ...place, tenant: "t", picked: { kind: "overdue" } }, KNOWN)).toEqual({
    order: "deadline",
    tenant: "t",
    deadline_before: "2026-11-22T10:00:00.000Z",
    held: false,
  });
  expect(dueQueryOf({ ...place, picked: { kind: "kept" } }, KNOWN)).toEqual({
    order: "deadline",
    deadline_before: KNOWN.now,
    held: true,
  });
  expect(dueQueryOf({ ...place, picked: null }, KNOWN)).toBeNull();
});
