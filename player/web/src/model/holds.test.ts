import { expect, test } from "vitest";
import { afterRelease, holdRequestOf, reviewOf } from "./holds";

test("a review is overdue after its day, not on it", () => {
  const review = (review_on: string | null, released_at: string | null = null) =>
    reviewOf({ review_on, released_at }, "2026-11-23");
  expect(review("2026-11-22")).toBe("overdue");
  expect(review("2026-11-23")).toBe("soon");
  expect(review("2026-11-30")).toBe("soon");
  expect(review("2026-12-01")).toBe("later");
  expect(review(null)).toBe("none");
  expect(review("2026-01-01", "2026-11-01T00:00:00Z")).toBe("none");
});

test("what is left empty is not sent", () => {
  expect(holdRequestOf("  Claim 114/26 ", " ", null)).toEqual({ reason: "Claim 114/26" });
  expect(holdRequestOf("Claim", " Legal ", "2027-01-15")).toEqual({
    reason: "Claim",
    owner: "Legal",
    review_on: "2027-01-15",
  });
});

test("a release says what follows", () => {
  const now = Date.parse("2026-11-23T10:00:00Z");
  const session = { state: "sealed" as const, deadline: "2026-11-20T10:00:00Z", holds: [{ hold: "a" }] };
  expect(afterRelease(session, "a", now)).toEqual({ kind: "next-run", deadline: session.deadline });
  const later = "2026-12-20T10:00:00Z";
  expect(afterRelease({ ...session, deadline: later }, "a", now)).toEqual({
    kind: "deadline",
    deadline: later,
  });
  expect(afterRelease({ ...session, deadline: null }, "a", now)).toEqual({ kind: "none" });
  expect(afterRelease({ ...session, state: "open", deadline: null }, "a", now)).toEqual({ kind: "open" });
  const two = { ...session, holds: [{ hold: "a" }, { hold: "b" }, { hold: "c" }] };
  expect(afterRelease(two, "a", now)).toEqual({ kind: "held", others: 2 });
});
