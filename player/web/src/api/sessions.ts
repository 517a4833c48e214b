//! The list of sessions, one session, and the grants under which it is looked at.

import type { Answer } from "./problem";
import { askJson } from "./request";
import type { Device, Grant, GrantRequest, SessionDetails, SessionPage, Tenant } from "./types";

/** Fields of the list's filter, as the server takes them. */
export interface SessionQuery {
  tenant?: string;
  device?: string;
  kind?: string;
  state?: string;
  held?: boolean;
  from?: string;
  until?: string;
  deadline_before?: string;
  order?: "newest" | "deadline";
  limit?: number;
}

export function listSessions(
  query: SessionQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Answer<SessionPage>> {
  return askJson("/v1/sessions", { query: { ...query, cursor }, signal });
}

export function sessionDetails(session: string, signal?: AbortSignal): Promise<Answer<SessionDetails>> {
  return askJson(`/v1/sessions/${encodeURIComponent(session)}`, { signal });
}

/** This login's live grants for the session, so that a reload finds them again. */
export async function liveGrants(session: string, signal?: AbortSignal): Promise<Answer<Grant[]>> {
  const answer = await askJson<{ grants: Grant[] }>(`/v1/sessions/${encodeURIComponent(session)}/grants`, {
    signal,
  });
  return answer.ok ? { ok: true, value: answer.value.grants } : answer;
}

/** Opens the session: the server commits who, why and for which matter before it answers. */
export function openSession(session: string, request: GrantRequest): Promise<Answer<Grant>> {
  return askJson(`/v1/sessions/${encodeURIComponent(session)}/grants`, { method: "POST", body: request });
}

export async function listTenants(signal?: AbortSignal): Promise<Answer<Tenant[]>> {
  const answer = await askJson<{ tenants: Tenant[] }>("/v1/tenants", { signal });
  return answer.ok ? { ok: true, value: answer.value.tenants } : answer;
}

export async function listDevices(tenant: string | null, signal?: AbortSignal): Promise<Answer<Device[]>> {
  const answer = await askJson<{ devices: Device[] }>("/v1/devices", { query: { tenant }, signal });
  return answer.ok ? { ok: true, value: answer.value.devices } : answer;
}
