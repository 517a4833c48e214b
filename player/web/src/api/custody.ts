//! What is deleted when, what is held, and the certificates of what was deleted.

import type { Language } from "../model/settings";
import type { Answer } from "./problem";
import { answerTo, api } from "./request";
import type {
  Certificate,
  CertificatePage,
  CertificateQuery,
  Deletions,
  DeletionsQuery,
  HoldEntry,
  HoldPage,
  HoldQuery,
  HoldRequest,
} from "./types";

export function deletions(query: DeletionsQuery, signal?: AbortSignal): Promise<Answer<Deletions>> {
  return answerTo(api.GET("/v1/deletions", { params: { query }, signal: signal ?? null }));
}

export function listHolds(
  query: HoldQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Answer<HoldPage>> {
  const params = { query: cursor === null ? query : { ...query, cursor } };
  return answerTo(api.GET("/v1/holds", { params, signal: signal ?? null }));
}

/** From the server's answer on the session is not deleted, whatever its deadline says. */
export function placeHold(session: string, request: HoldRequest): Promise<Answer<HoldEntry>> {
  return answerTo(api.POST("/v1/sessions/{session}/holds", { params: { path: { session } }, body: request }));
}

export function releaseHold(hold: string, reason: string): Promise<Answer<HoldEntry>> {
  return answerTo(api.POST("/v1/holds/{hold}/release", { params: { path: { hold } }, body: { reason } }));
}

export function listCertificates(
  query: CertificateQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Answer<CertificatePage>> {
  const params = { query: cursor === null ? query : { ...query, cursor } };
  return answerTo(api.GET("/v1/certificates", { params, signal: signal ?? null }));
}

export function certificateOf(session: string, signal?: AbortSignal): Promise<Answer<Certificate>> {
  return answerTo(
    api.GET("/v1/certificates/{session}", { params: { path: { session } }, signal: signal ?? null }),
  );
}

/** Where the server has the certificate as a page of its own, which prints without this one. */
export function certificatePage(session: string, language: Language): string {
  return `/v1/certificates/${encodeURIComponent(session)}/page?language=${language}`;
}
