import { expect, test } from "vitest";
import { orThrow, ProblemError, problemOf } from "./problem";

test("the server's type decides, not the status", () => {
  const problem = problemOf(403, null, { type: "/problems/grant-expired", detail: "since 10:00" });
  expect(problem).toEqual({
    kind: "grant-expired",
    status: 403,
    detail: "since 10:00",
    retryAfterSeconds: null,
  });
});

test("an answer from something in between is told by its status", () => {
  expect(problemOf(502, null, null).kind).toBe("unavailable");
  expect(problemOf(401, null, "<html>").kind).toBe("login-required");
  expect(problemOf(404, null, {}).kind).toBe("not-found");
  expect(problemOf(418, null, { type: "/problems/teapot" }).kind).toBe("unexpected");
});

test("how long to wait is read where it is a number of seconds", () => {
  expect(problemOf(429, "60", {}).retryAfterSeconds).toBe(60);
  expect(problemOf(429, "Mon, 02 Nov 2026 10:15:00 GMT", {}).retryAfterSeconds).toBeNull();
});

test("a problem is thrown as it is", () => {
  const problem = problemOf(503, "1", { type: "/problems/unavailable" });
  expect(() => orThrow({ ok: false, problem })).toThrow(ProblemError);
  expect(orThrow({ ok: true, value: 7 })).toBe(7);
});

test("what is gone says since when, and whether it is certified", () => {
  const problem = problemOf(410, null, {
    type: "/problems/session-deleted",
    since: "2026-11-23T15:27:09Z",
    certificate: true,
  });
  expect(problem.kind).toBe("session-deleted");
  expect(problem.deleted).toEqual({ since: "2026-11-23T15:27:09Z", certificate: true });
  expect(problemOf(410, null, { type: "/problems/session-deleted" }).deleted).toEqual({
    since: null,
    certificate: false,
  });
});
