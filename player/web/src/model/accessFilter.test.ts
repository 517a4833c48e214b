import { expect, test } from "vitest";
import {
  type AccessFilter,
  accessFilterFrom,
  accessNarrowing,
  accessQueryOf,
  accessSearchOf,
  NO_ACCESS_FILTER,
} from "./accessFilter";

const EVERYTHING: AccessFilter = {
  tenant: "t",
  session: "0192f000-0000-7000-8000-000000000001",
  who: "m. krause",
  action: "view",
  from: "2026-03-28",
  until: "2026-03-29",
};

test("a filter read from its own address is the same filter", () => {
  for (const filter of [NO_ACCESS_FILTER, EVERYTHING]) {
    expect(accessFilterFrom(accessSearchOf(filter))).toEqual(filter);
  }
});

test("blanks and unknown values are no filter", () => {
  expect(accessFilterFrom("who=%20&session=&action=look&from=x")).toEqual(NO_ACCESS_FILTER);
});

test("a pasted id may have blanks around it and capital letters", () => {
  expect(accessFilterFrom("session=%200192F000-0000-7000-8000-000000000001%20").session).toBe(
    EVERYTHING.session,
  );
});

test("the last day is within, also when it has 23 hours", () => {
  const query = accessQueryOf(EVERYTHING);
  expect(query.from).toBe("2026-03-27T23:00:00.000Z");
  expect(query.until).toBe("2026-03-29T22:00:00.000Z");
  expect(accessNarrowing(EVERYTHING)).toBe(6);
});
