//! When a login ends by the clock, from what the server said of it.

import type { Me } from "../api/types";

/**
 * How long after an idle login's end the server is asked about it. Longer than `TOLD_EVERY_MS`: asked too early, the question
 * itself would be a request that keeps the login.
 */
export const GRACE_MS = 15_000;

/** Pages of one browser tell each other of their requests no more often. */
export const TOLD_EVERY_MS = 10_000;

export type Standing =
  /** The server takes it no more, whatever was done meanwhile. */
  | { kind: "over" }
  /** It was idle for as long as it may be, unless somebody used it elsewhere: the server knows. */
  | { kind: "ask" }
  | { kind: "lasts"; ms: number };

/** How the login stands at `now` if its latest request was answered at `used`, both on the server's clock. */
export function loginStanding(
  me: Pick<Me, "expires_at" | "idle_seconds">,
  used: number,
  now: number,
): Standing {
  const toEnd = Date.parse(me.expires_at) - now;
  if (toEnd <= 0) return { kind: "over" };
  const toIdle = used + me.idle_seconds * 1000 + GRACE_MS - now;
  if (toIdle <= 0) return { kind: "ask" };
  return { kind: "lasts", ms: Math.min(toEnd, toIdle) };
}
