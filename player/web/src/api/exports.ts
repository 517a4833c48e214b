//! Evidence bundles: asked for, decided, handed out.

import type { Answer } from "./problem";
import { answerTo, api } from "./request";
import type { Decision, ExportEntry, ExportPage, ExportQuery, ExportRequest } from "./types";

export function listExports(
  query: ExportQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Answer<ExportPage>> {
  const params = { query: cursor === null ? query : { ...query, cursor } };
  return answerTo(api.GET("/v1/exports", { params, signal: signal ?? null }));
}

/** The server puts who asks, why and for which matter on record before it answers. */
export function askForExport(session: string, request: ExportRequest): Promise<Answer<ExportEntry>> {
  return answerTo(
    api.POST("/v1/sessions/{session}/exports", { params: { path: { session } }, body: request }),
  );
}

export function decideExport(id: string, decision: Decision): Promise<Answer<ExportEntry>> {
  return answerTo(
    api.POST("/v1/exports/{export}/decision", { params: { path: { export: id } }, body: decision }),
  );
}

/** Where the bundle is to be had: a link, so that the browser saves it as it comes. */
export function bundleOf(id: string): string {
  return `/v1/exports/${encodeURIComponent(id)}/bundle`;
}
