//! The filters of Custody's lists, in the page's address. They have their fields in common; each list knows its own states.

import type { CertificateQuery, ExportQuery, ExportState, HoldQuery, HoldState } from "../api/types";
import { oneOf } from "./oneOf";

export const HOLD_STATES: readonly HoldState[] = ["active", "released", "all"];
export const EXPORT_STATES: readonly ExportState[] = ["asked", "approved", "refused", "expired"];

export interface CustodyFilter<State extends string = string> {
  tenant: string | null;
  session: string | null;
  state: State | null;
}

export const NO_CUSTODY_FILTER = { tenant: null, session: null, state: null } as const;

export function custodyFilterFrom<State extends string>(
  search: string,
  states: readonly State[],
): CustodyFilter<State> {
  const fields = new URLSearchParams(search);
  return {
    tenant: fields.get("tenant") || null,
    session: fields.get("session")?.trim().toLowerCase() || null,
    state: oneOf(states, fields.get("state")),
  };
}

export function custodySearchOf(filter: CustodyFilter): string {
  const fields = new URLSearchParams();
  for (const name of ["tenant", "session", "state"] as const) {
    const value = filter[name];
    if (value !== null) fields.set(name, value);
  }
  return fields.toString();
}

export function custodyNarrowing(filter: CustodyFilter): number {
  return Object.values(filter).filter((value) => value !== null).length;
}

function placeOf({ tenant, session }: CustodyFilter): { tenant?: string; session?: string } {
  const place: { tenant?: string; session?: string } = {};
  if (tenant !== null) place.tenant = tenant;
  if (session !== null) place.session = session;
  return place;
}

/** Holds in force, unless others are asked for. */
export function holdQueryOf(filter: CustodyFilter<HoldState>): HoldQuery {
  return { ...placeOf(filter), state: filter.state ?? "active" };
}

export function certificateQueryOf(filter: CustodyFilter): CertificateQuery {
  return placeOf(filter);
}

export function exportQueryOf(filter: CustodyFilter<ExportState>): ExportQuery {
  return filter.state === null ? placeOf(filter) : { ...placeOf(filter), state: filter.state };
}
