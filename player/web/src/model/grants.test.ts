import { expect, test } from "vitest";
import type { Grant } from "../api/types";
import { asAt, grantToUse, isPurpose } from "./grants";
import { minutesLeft, minutesToTell } from "./timeLeft";

const NOW = Date.parse("2026-11-02T12:00:00Z");

function grant(name: string, until: string): Grant {
  return {
    grant: name,
    session: "s",
    purpose: "why",
    case: null,
    opened_at: "2026-11-02T11:00:00Z",
    until,
    streams: [],
  };
}

test("the grant that lasts longest is used", () => {
  const grants = [
    grant("a", "2026-11-02T12:10:00Z"),
    grant("b", "2026-11-02T13:00:00Z"),
    grant("c", "2026-11-02T12:30:00Z"),
  ];
  expect(grantToUse(grants, new Set(), NOW)?.grant).toBe("b");
  expect(grantToUse(grants, new Set(["b"]), NOW)?.grant).toBe("c");
});

test("a grant that is over is never used", () => {
  expect(grantToUse([grant("a", "2026-11-02T12:00:00Z")], new Set(), NOW)).toBeNull();
  expect(grantToUse([], new Set(), NOW)).toBeNull();
});

test("blanks are no purpose, and a letter beyond the plane counts once", () => {
  expect(isPurpose("     ")).toBe(false);
  expect(isPurpose(" ab ")).toBe(false);
  expect(isPurpose("a  b")).toBe(false);
  expect(isPurpose("\u3164\u3164\u3164")).toBe(false);
  expect(isPurpose("abc")).toBe(true);
  expect(isPurpose("🔍🔍")).toBe(false);
  expect(isPurpose("x".repeat(500))).toBe(true);
  expect(isPurpose("x".repeat(501))).toBe(false);
});

test("a purpose is text, with lines at most", () => {
  expect(isPurpose("a complaint\nof a customer")).toBe(true);
  for (const steering of ["\0", "\t", "\u200b", "\u202e", "\u2028"]) {
    expect(isPurpose(`a complaint${steering}of a customer`)).toBe(false);
  }
});

test("a begun minute counts until the end", () => {
  expect(minutesLeft("2026-11-02T12:00:01Z", NOW)).toBe(1);
  expect(minutesLeft("2026-11-02T12:02:00Z", NOW)).toBe(2);
  expect(minutesLeft("2026-11-02T12:00:00Z", NOW)).toBe(0);
  expect(minutesLeft("2026-11-02T11:00:00Z", NOW)).toBe(0);
});

test("each step is told once, and nothing when time is up", () => {
  expect(minutesToTell(11, 10)).toBe(10);
  expect(minutesToTell(10, 9)).toBeNull();
  expect(minutesToTell(6, 5)).toBe(5);
  expect(minutesToTell(2, 1)).toBe(1);
  expect(minutesToTell(1, 0)).toBeNull();
  // The page slept, and woke with little left.
  expect(minutesToTell(30, 3)).toBe(3);
});

test("what a grant showed is not shown after it, also where nothing was asked again", () => {
  const now = Date.parse("2026-11-02T10:00:00Z");
  const session = (until: string) => ({
    session: "s",
    grant: { until },
    title: "sealed",
    streams: [{ n: 0, kind: "timeline" as const, name: "left", frames: 3 }],
  });
  const open = session("2026-11-02T10:00:01Z");
  expect(asAt(open, now)).toBe(open);
  expect(asAt(session("2026-11-02T10:00:00Z"), now)).toEqual({
    session: "s",
    grant: null,
    title: null,
    streams: [{ n: 0, kind: "timeline", name: null, frames: 3 }],
  });
  expect(asAt({ grant: null, title: "sealed" }, now)).toEqual({ grant: null, title: null });
});
