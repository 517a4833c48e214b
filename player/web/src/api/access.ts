//! Access records: who looked at what, when and why.

import type { Answer } from "./problem";
import { answerTo, api } from "./request";
import type { AccessPage, AccessQuery } from "./types";

export function listAccess(
  query: AccessQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Answer<AccessPage>> {
  const params = { query: cursor === null ? query : { ...query, cursor } };
  return answerTo(api.GET("/v1/access", { params, signal: signal ?? null }));
}

/** Where the same records are to be had as a table, all of them. */
export function accessTable(query: Omit<AccessQuery, "limit">): string {
  const fields = new URLSearchParams(query).toString();
  return fields === "" ? "/v1/access.csv" : `/v1/access.csv?${fields}`;
}
