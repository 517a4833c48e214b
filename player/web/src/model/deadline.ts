//! How a session stands to its deletion, from what the list says of it.

import type { Session } from "../api/types";

const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_DAYS = 7;

export type Standing =
  /** The deadline is counted from the end, which is still to come. */
  | { kind: "not-ended" }
  /** Sealed, and of a class without a deadline. */
  | { kind: "none" }
  /** A hold keeps it, whatever the deadline says. */
  | { kind: "held"; deadline: string | null }
  | { kind: "due"; deadline: string }
  | { kind: "soon"; deadline: string; days: number }
  | { kind: "later"; deadline: string; days: number };

/** Whole days between two instants, begun days counted. */
export function daysUntil(instant: string, now: number): number {
  return Math.ceil((Date.parse(instant) - now) / DAY_MS);
}

export function standingOf(session: Pick<Session, "deadline" | "held" | "state">, now: number): Standing {
  const { deadline } = session;
  if (session.held) return { kind: "held", deadline };
  if (session.state !== "sealed") return { kind: "not-ended" };
  if (deadline === null) return { kind: "none" };
  if (Date.parse(deadline) <= now) return { kind: "due", deadline };
  const days = daysUntil(deadline, now);
  return { kind: days <= SOON_DAYS ? "soon" : "later", deadline, days };
}

/** A session lasts a day at most; whatever says more began by a clock that was wrong, or was sent long afterwards. */
const LONGEST_MS = 24 * 3_600_000;

/** How long it lasted. An imported session ends with its import, which says nothing of that. */
export function lastedMs(session: Pick<Session, "started_at" | "ended_at" | "how">): number | null {
  if (session.ended_at === null || session.how === "imported") return null;
  const lasted = Date.parse(session.ended_at) - Date.parse(session.started_at);
  return lasted < 0 || lasted > LONGEST_MS ? null : lasted;
}
