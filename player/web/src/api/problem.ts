//! What can go wrong with a request, as one discriminated union. The server's problem types are RFC 9457 documents whose `type`
//! ends in the kind.

/** The problem types that the page tells apart. */
export const KNOWN = [
  "login-required",
  "login-failed",
  "login-locked",
  "too-many-requests",
  "password-change-required",
  "role-forbidden",
  "cross-origin",
  "not-found",
  "grant-required",
  "grant-expired",
  "outside-grant",
  "grants-too-many",
  "frame-unknown",
  "frame-damaged",
  "session-open",
  "session-purging",
  "session-deleted",
  "session-damaged",
  "hold-released",
  "own-request",
  "not-own-request",
  "exports-too-many",
  "export-decided",
  "export-not-approved",
  "export-expired",
  "request-malformed",
  "request-invalid",
  "unavailable",
] as const;

export type ServerProblem = (typeof KNOWN)[number];

export interface Problem {
  /** `unreachable`: no answer came. `unexpected`: an answer that says nothing the page knows. */
  kind: ServerProblem | "unreachable" | "unexpected";
  status: number | null;
  detail: string | null;
  /** From `Retry-After`. */
  retryAfterSeconds: number | null;
  /** Of a session that is deleted or being deleted. */
  deleted?: { since: string | null; certificate: boolean };
}

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const UNREACHABLE: Problem = {
  kind: "unreachable",
  status: null,
  detail: null,
  retryAfterSeconds: null,
};

function known(kind: string): ServerProblem | null {
  return (KNOWN as readonly string[]).includes(kind) ? (kind as ServerProblem) : null;
}

/** Reads what a refused request was answered with. */
export function problemOf(status: number, retryAfter: string | null, body: unknown): Problem {
  const document = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const type = typeof document.type === "string" ? document.type : "";
  const kind = known(type.slice(type.lastIndexOf("/") + 1));
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
  const problem: Problem = {
    kind: kind ?? byStatus(status),
    status,
    detail: typeof document.detail === "string" ? document.detail : null,
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : null,
  };
  if (kind === "session-deleted") {
    problem.deleted = {
      since: typeof document.since === "string" ? document.since : null,
      certificate: document.certificate === true,
    };
  }
  return problem;
}

/** An answer from something in between, such as a proxy, carries no type of ours. */
function byStatus(status: number): Problem["kind"] {
  if (status === 401) return "login-required";
  if (status === 404) return "not-found";
  if (status === 429) return "too-many-requests";
  if (status === 502 || status === 503 || status === 504) return "unavailable";
  return "unexpected";
}

/** A problem on its way through a query, whose failures are thrown. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.kind);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** The value, or the problem thrown: for queries. */
export function orThrow<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new ProblemError(answer.problem);
}
