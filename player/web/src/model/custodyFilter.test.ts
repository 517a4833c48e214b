import { expect, test } from "vitest";
import {
  certificateQueryOf,
  custodyFilterFrom,
  custodyNarrowing,
  custodySearchOf,
  EXPORT_STATES,
  exportQueryOf,
  HOLD_STATES,
  holdQueryOf,
  NO_CUSTODY_FILTER,
} from "./custodyFilter";

test("a filter survives the address", () => {
  const filter = { tenant: "t", session: "s", state: "released" } as const;
  expect(custodyFilterFrom(custodySearchOf(filter), HOLD_STATES)).toEqual(filter);
  expect(custodySearchOf(NO_CUSTODY_FILTER)).toBe("");
  expect(custodyNarrowing(filter)).toBe(3);
  expect(custodyNarrowing(NO_CUSTODY_FILTER)).toBe(0);
});

test("what a list does not know is no filter", () => {
  expect(custodyFilterFrom("state=released", EXPORT_STATES)).toEqual(NO_CUSTODY_FILTER);
  expect(custodyFilterFrom("session=%20AB%20", []).session).toBe("ab");
});

test("holds in force are asked for unless others are", () => {
  expect(holdQueryOf(NO_CUSTODY_FILTER)).toEqual({ state: "active" });
  expect(holdQueryOf({ tenant: "t", session: null, state: "all" })).toEqual({ tenant: "t", state: "all" });
  expect(exportQueryOf(NO_CUSTODY_FILTER)).toEqual({});
  expect(exportQueryOf({ tenant: null, session: "s", state: "asked" })).toEqual({
    session: "s",
    state: "asked",
  });
  expect(certificateQueryOf({ tenant: null, session: "s", state: null })).toEqual({ session: "s" });
});
