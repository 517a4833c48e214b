//! The filter of the list of sessions: in the page's address, so that it can be kept, shared and gone back to.

import type { SessionKind, SessionQuery, SessionState } from "../api/types";
import { type Day, dayFrom, startOf } from "./days";
import { oneOf } from "./oneOf";

export const KINDS: readonly SessionKind[] = ["monitoring", "support", "meeting", "training"];
export const STATES: readonly SessionState[] = ["open", "sealing", "sealed"];
export const ORDERS = ["newest", "deadline"] as const;

export interface SessionFilter {
  tenant: string | null;
  device: string | null;
  kind: SessionKind | null;
  state: SessionState | null;
  held: boolean | null;
  /** First and last day, both within. */
  from: Day | null;
  until: Day | null;
  /** Last day of the deadlines that are shown. */
  due: Day | null;
  order: (typeof ORDERS)[number];
}

export const NO_FILTER: SessionFilter = {
  tenant: null,
  device: null,
  kind: null,
  state: null,
  held: null,
  from: null,
  until: null,
  due: null,
  order: "newest",
};

/** Reads the address; what it doesn't understand is no filter. */
export function sessionFilterFrom(search: string): SessionFilter {
  const fields = new URLSearchParams(search);
  const held = fields.get("held");
  const due = dayFrom(fields.get("due"));
  return {
    tenant: fields.get("tenant") || null,
    device: fields.get("device") || null,
    kind: oneOf(KINDS, fields.get("kind")),
    state: oneOf(STATES, fields.get("state")),
    held: held === "yes" ? true : held === "no" ? false : null,
    from: dayFrom(fields.get("from")),
    until: dayFrom(fields.get("until")),
    due,
    // Whoever asks what is due by a day reads it in the order in which it falls due; the server does the same.
    order: due === null ? (oneOf(ORDERS, fields.get("order")) ?? "newest") : "deadline",
  };
}

/** Writes the address. */
export function searchOf(filter: SessionFilter): string {
  const fields = new URLSearchParams();
  for (const name of ["tenant", "device", "kind", "state"] as const) {
    const value = filter[name];
    if (value !== null) fields.set(name, value);
  }
  if (filter.held !== null) fields.set("held", filter.held ? "yes" : "no");
  for (const name of ["from", "until", "due"] as const) {
    const value = filter[name];
    if (value !== null) fields.set(name, value);
  }
  if (filter.order !== "newest" && filter.due === null) fields.set("order", filter.order);
  return fields.toString();
}

/** A device belongs to one tenant: choosing another tenant lets go of it. */
export function changed(filter: SessionFilter, part: Partial<SessionFilter>): SessionFilter {
  const next = { ...filter, ...part };
  if (part.tenant !== undefined && part.tenant !== filter.tenant) next.device = null;
  if (part.due !== undefined) next.order = part.due === null ? "newest" : "deadline";
  return next;
}

/** How many fields narrow the list. */
export function narrowing(filter: SessionFilter): number {
  const { order: _, ...fields } = filter;
  return Object.values(fields).filter((value) => value !== null).length;
}

/** What the server is asked for. */
export function queryOf(filter: SessionFilter): SessionQuery {
  const query: SessionQuery = { order: filter.order };
  if (filter.tenant !== null) query.tenant = filter.tenant;
  if (filter.device !== null) query.device = filter.device;
  if (filter.kind !== null) query.kind = filter.kind;
  if (filter.state !== null) query.state = filter.state;
  if (filter.held !== null) query.held = filter.held;
  if (filter.from !== null) query.from = startOf(filter.from);
  if (filter.until !== null) query.until = startOf(filter.until, 1);
  if (filter.due !== null) query.deadline_before = startOf(filter.due, 1);
  return query;
}
