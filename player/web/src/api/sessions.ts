//! The list of sessions, one session, and the grants under which it is looked at.

import type { Answer } from "./problem";
import { answerTo, api } from "./request";
import type { Device, Grant, GrantRequest, SessionDetails, SessionPage, SessionQuery, Tenant } from "./types";

export function listSessions(
  query: SessionQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Answer<SessionPage>> {
  const params = { query: cursor === null ? query : { ...query, cursor } };
  return answerTo(api.GET("/v1/sessions", { params, signal: signal ?? null }));
}

export function sessionDetails(session: string, signal?: AbortSignal): Promise<Answer<SessionDetails>> {
  return answerTo(
    api.GET("/v1/sessions/{session}", { params: { path: { session } }, signal: signal ?? null }),
  );
}

/** This login's live grants for the session, so that a reload finds them again. */
export async function liveGrants(session: string, signal?: AbortSignal): Promise<Answer<Grant[]>> {
  const params = { path: { session } };
  const answer = await answerTo(api.GET("/v1/sessions/{session}/grants", { params, signal: signal ?? null }));
  return answer.ok ? { ok: true, value: answer.value.grants } : answer;
}

/** Opens the session: the server commits who, why and for which matter before it answers. */
export function openSession(session: string, request: GrantRequest): Promise<Answer<Grant>> {
  return answerTo(
    api.POST("/v1/sessions/{session}/grants", { params: { path: { session } }, body: request }),
  );
}

export async function listTenants(signal?: AbortSignal): Promise<Answer<Tenant[]>> {
  const answer = await answerTo(api.GET("/v1/tenants", { signal: signal ?? null }));
  return answer.ok ? { ok: true, value: answer.value.tenants } : answer;
}

export async function listDevices(tenant: string | null, signal?: AbortSignal): Promise<Answer<Device[]>> {
  const params = { query: tenant === null ? {} : { tenant } };
  const answer = await answerTo(api.GET("/v1/devices", { params, signal: signal ?? null }));
  return answer.ok ? { ok: true, value: answer.value.devices } : answer;
}
