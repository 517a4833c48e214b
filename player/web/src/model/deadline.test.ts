import { expect, test } from "vitest";
import { lastedMs, standingOf } from "./deadline";

const NOW = Date.parse("2026-11-02T12:00:00Z");

function standing(deadline: string | null, held = false, state: "open" | "sealing" | "sealed" = "sealed") {
  return standingOf({ deadline, held, state }, NOW);
}

test("a hold stands above every deadline", () => {
  expect(standing("2026-11-01T00:00:00Z", true).kind).toBe("held");
  expect(standing(null, true, "open").kind).toBe("held");
});

test("before the end there is nothing to count from", () => {
  expect(standing(null, false, "open").kind).toBe("not-ended");
  expect(standing(null, false, "sealing").kind).toBe("not-ended");
});

test("a class may have no deadline", () => {
  expect(standing(null).kind).toBe("none");
});

test("the deadline's own instant is due", () => {
  expect(standing("2026-11-02T12:00:00Z").kind).toBe("due");
  expect(standing("2026-11-02T12:00:01Z")).toMatchObject({ kind: "soon", days: 1 });
});

test("a week before, it is soon", () => {
  expect(standing("2026-11-09T12:00:00Z")).toMatchObject({ kind: "soon", days: 7 });
  expect(standing("2026-11-09T12:00:01Z")).toMatchObject({ kind: "later", days: 8 });
});

test("a beginning that can't be says nothing of how long the session lasted", () => {
  const ended_at = "2026-11-02T11:00:00Z";
  expect(lastedMs({ started_at: "2026-10-02T10:00:00Z", ended_at, how: "sealed" })).toBeNull();
  expect(lastedMs({ started_at: "2026-11-02T11:00:01Z", ended_at, how: "sealed" })).toBeNull();
});

test("an import's end says nothing of how long the session lasted", () => {
  const times = { started_at: "2026-11-02T10:00:00Z", ended_at: "2026-11-02T11:00:00Z" };
  expect(lastedMs({ ...times, how: "sealed" })).toBe(3_600_000);
  expect(lastedMs({ ...times, how: "imported" })).toBeNull();
  expect(lastedMs({ ...times, ended_at: null, how: null })).toBeNull();
});
