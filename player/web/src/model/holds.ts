//! What the page knows of holds: how their review stands, and what their release leads to.

import type { HoldEntry, HoldRequest, SessionDetails } from "../api/types";
import { type Day, startOf } from "./days";

const SOON_MS = 7 * 24 * 60 * 60 * 1000;

export type Review = "none" | "later" | "soon" | "overdue";

/** How the day on which somebody wants to look at the hold again stands to today. A released hold needs no review. */
export function reviewOf(hold: Pick<HoldEntry, "review_on" | "released_at">, today: Day): Review {
  const { review_on: day } = hold;
  if (day === null || hold.released_at !== null) return "none";
  if (day < today) return "overdue";
  return Date.parse(startOf(day)) - Date.parse(startOf(today)) <= SOON_MS ? "soon" : "later";
}

export const OWNER_AT_MOST = 200;

export function holdRequestOf(reason: string, owner: string, reviewOn: Day | null): HoldRequest {
  const request: HoldRequest = { reason: reason.trim() };
  if (owner.trim() !== "") request.owner = owner.trim();
  if (reviewOn !== null) request.review_on = reviewOn;
  return request;
}

export type Aftermath =
  /** Other holds keep the session. */
  | { kind: "held"; others: number }
  /** Its deadline passed: the next run deletes it. */
  | { kind: "next-run"; deadline: string }
  | { kind: "deadline"; deadline: string }
  | { kind: "open" }
  | { kind: "none" };

type Known = Pick<SessionDetails, "deadline" | "state"> & { holds: readonly { hold: string }[] };

/** What becomes of the session when this hold is released. */
export function afterRelease(session: Known, hold: string, now: number): Aftermath {
  const others = session.holds.filter((other) => other.hold !== hold).length;
  if (others > 0) return { kind: "held", others };
  const { deadline } = session;
  if (session.state !== "sealed") return { kind: "open" };
  if (deadline === null) return { kind: "none" };
  return Date.parse(deadline) <= now ? { kind: "next-run", deadline } : { kind: "deadline", deadline };
}
