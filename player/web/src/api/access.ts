//! Access records: who looked at what, when and why.

import type { Answer } from "./problem";
import { address, askJson } from "./request";
import type { AccessPage } from "./types";

/** Fields of the list's filter, as the server takes them. */
export interface AccessQuery {
  session?: string;
  tenant?: string;
  who?: string;
  action?: string;
  from?: string;
  until?: string;
  limit?: number;
}

export function listAccess(
  query: AccessQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Answer<AccessPage>> {
  return askJson("/v1/access", { query: { ...query, cursor }, signal });
}

/** Where the same records are to be had as a table, all of them. */
export function accessTable(query: AccessQuery): string {
  const { limit: _, ...fields } = query;
  return address("/v1/access.csv", fields);
}
