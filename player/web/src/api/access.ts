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

/** A page may be short although there are more: so many are asked for at most until there are enough. */
const PAGES_AT_MOST = 5;

/** The newest records, `enough` of them where there are as many. */
export async function newestAccess(
  query: Omit<AccessQuery, "limit">,
  enough: number,
  signal?: AbortSignal,
): Promise<Answer<AccessPage>> {
  const found: AccessPage = { access: [], next: null };
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const limit = enough - found.access.length;
    const answer = await listAccess({ ...query, limit }, found.next, signal);
    if (!answer.ok) return answer;
    found.access.push(...answer.value.access);
    found.next = answer.value.next;
    if (found.next === null || found.access.length >= enough) break;
  }
  return { ok: true, value: found };
}

/** Where the same records are to be had as a table, all of them. */
export function accessTable(query: Omit<AccessQuery, "limit">): string {
  const fields = new URLSearchParams(query).toString();
  return fields === "" ? "/v1/access.csv" : `/v1/access.csv?${fields}`;
}
