//! Which of a login's live grants a session is looked at under.

import type { Grant, SessionStream } from "../api/types";

/** The one that lasts longest, leaving out those that are known to be over. */
export function grantToUse(grants: readonly Grant[], over: ReadonlySet<string>, now: number): Grant | null {
  const live = grants.filter((grant) => !over.has(grant.grant) && Date.parse(grant.until) > now);
  return live.reduce<Grant | null>(
    (best, grant) => (best === null || Date.parse(grant.until) > Date.parse(best.until) ? grant : best),
    null,
  );
}

interface Shown {
  grant: { until: string } | null;
  title: string | null;
  streams?: readonly SessionStream[];
}

/** What the server showed under a grant, as long as that lasts: a page left open does not show it any longer. */
export function asAt<T extends Shown>(session: T, now: number): T {
  const { grant } = session;
  if (grant !== null && Date.parse(grant.until) > now) return session;
  const closed: T = { ...session, grant: null, title: null };
  if (session.streams !== undefined) {
    closed.streams = session.streams.map((stream) => ({ ...stream, name: null }));
  }
  return closed;
}

export const PURPOSE_AT_LEAST = 3;
export const PURPOSE_AT_MOST = 500;
export const CASE_AT_MOST = 200;
export const MINUTES = [15, 30, 60, 120, 240, 480] as const;
export const MINUTES_BY_DEFAULT = 60;

const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A purpose that the server takes. */
export function isPurpose(text: string): boolean {
  const letters = [...text.trim()];
  const visible = letters.filter((letter) => !INVISIBLE.test(letter));
  return (
    visible.length >= PURPOSE_AT_LEAST && letters.length <= PURPOSE_AT_MOST && !STEERING.test(text.trim())
  );
}
