//! A request failed: what that means and what to do.

import { type Problem, ProblemError } from "../api/problem";
import { useWords, type Words } from "../i18n/language";
import { Button } from "./Button";
import css from "./Failure.module.css";
import { Notice } from "./Notice";

/** A problem in words. */
export function explained(problem: Problem, words: Words): string {
  switch (problem.kind) {
    case "unreachable":
      return words.problem.unreachable;
    case "unavailable":
      return words.problem.unavailable;
    case "too-many-requests":
    case "login-locked":
      return words.problem.tooMany;
    case "role-forbidden":
    case "grant-required":
    case "grant-expired":
    case "outside-grant":
    case "own-request":
    case "not-own-request":
      return words.problem.forbidden;
    case "grants-too-many":
      return words.problem.grantsTooMany;
    case "cross-origin":
      return words.problem.crossOrigin;
    case "session-deleted":
      return words.problem.sessionDeleted;
    case "session-purging":
      return words.problem.sessionPurging;
    case "session-damaged":
      return words.problem.sessionDamaged;
    case "session-open":
      return words.problem.sessionOpen;
    case "request-malformed":
    case "request-invalid":
      return problem.detail === null ? words.problem.invalid : `${words.problem.invalid} (${problem.detail})`;
    default:
      return words.problem.unexpected;
  }
}

export function problemIn(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { kind: "unexpected", status: null, detail: null, retryAfterSeconds: null };
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useWords();
  return (
    <Notice tone="bad" title={words.problem.title} spoken="alert">
      <p>{explained(problemIn(error), words)}</p>
      {retry && (
        <p className={css.retry}>
          <Button icon="refresh" onPress={retry}>
            {words.app.retry}
          </Button>
        </p>
      )}
    </Notice>
  );
}
