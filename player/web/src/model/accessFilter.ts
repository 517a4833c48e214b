//! The filter of the list of access records, in the page's address.

import type { AccessAction, AccessQuery } from "../api/types";
import { type Day, dayFrom, startOf } from "./days";
import { oneOf } from "./oneOf";

export const ACTIONS: readonly AccessAction[] = ["open", "view", "restore"];

export interface AccessFilter {
  tenant: string | null;
  session: string | null;
  who: string | null;
  action: AccessAction | null;
  from: Day | null;
  until: Day | null;
}

export const NO_ACCESS_FILTER: AccessFilter = {
  tenant: null,
  session: null,
  who: null,
  action: null,
  from: null,
  until: null,
};

export function accessFilterFrom(search: string): AccessFilter {
  const fields = new URLSearchParams(search);
  return {
    tenant: fields.get("tenant") || null,
    session: fields.get("session")?.trim().toLowerCase() || null,
    who: fields.get("who")?.trim() || null,
    action: oneOf(ACTIONS, fields.get("action")),
    from: dayFrom(fields.get("from")),
    until: dayFrom(fields.get("until")),
  };
}

export function accessSearchOf(filter: AccessFilter): string {
  const fields = new URLSearchParams();
  for (const name of ["tenant", "session", "who", "action", "from", "until"] as const) {
    const value = filter[name];
    if (value !== null && value !== "") fields.set(name, value);
  }
  return fields.toString();
}

export function accessNarrowing(filter: AccessFilter): number {
  return Object.values(filter).filter((value) => value !== null).length;
}

export function accessQueryOf(filter: AccessFilter): AccessQuery {
  const query: AccessQuery = {};
  if (filter.tenant !== null) query.tenant = filter.tenant;
  if (filter.session !== null) query.session = filter.session;
  if (filter.who !== null) query.who = filter.who;
  if (filter.action !== null) query.action = filter.action;
  if (filter.from !== null) query.from = startOf(filter.from);
  if (filter.until !== null) query.until = startOf(filter.until, 1);
  return query;
}
