import { expect, test } from "vitest";
import { GRACE_MS, loginStanding, TOLD_EVERY_MS } from "./loginEnd";

const AT = Date.parse("2026-11-02T10:00:00Z");
const MINUTE_MS = 60_000;
const ME = { expires_at: "2026-11-02T22:00:00Z", idle_seconds: 1800 };

test("a login lasts until it was idle for long enough", () => {
  expect(loginStanding(ME, AT, AT)).toEqual({ kind: "lasts", ms: 30 * MINUTE_MS + GRACE_MS });
  expect(loginStanding(ME, AT, AT + 29 * MINUTE_MS)).toEqual({ kind: "lasts", ms: MINUTE_MS + GRACE_MS });
  expect(loginStanding(ME, AT, AT + 30 * MINUTE_MS)).toMatchObject({ kind: "lasts" });
  expect(loginStanding(ME, AT, AT + 30 * MINUTE_MS + GRACE_MS)).toEqual({ kind: "ask" });
});

test("used without a pause it lasts until its end, and no longer", () => {
  const end = Date.parse(ME.expires_at);
  expect(loginStanding(ME, end - 5_000, end - 5_000)).toEqual({ kind: "lasts", ms: 5_000 });
  expect(loginStanding(ME, end, end)).toEqual({ kind: "over" });
});

test("the question comes later than what other pages may not have told yet", () => {
  expect(GRACE_MS).toBeGreaterThan(TOLD_EVERY_MS);
});
