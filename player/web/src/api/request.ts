//! The one place that calls `fetch`. Everything else in this folder is a typed function over it; it works in a worker too.

import { noteDate } from "./clock";
import { type Answer, problemOf, UNREACHABLE } from "./problem";

type Query = Record<string, string | number | boolean | null | undefined>;

export interface Asking {
  method?: "GET" | "POST";
  query?: Query | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** The id of the grant under which content is asked for. */
  grant?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** The path with those of the query's fields that have a value. */
export function address(path: string, query: Query = {}): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") fields.set(name, String(value));
  }
  const text = fields.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The response itself, if it is a good one. An aborted request is thrown on as `AbortError`. */
export async function ask(path: string, asking: Asking = {}): Promise<Answer<Response>> {
  const headers = new Headers();
  if (asking.grant !== undefined) headers.set("Grant", asking.grant);
  if (asking.body !== undefined) headers.set("Content-Type", "application/json");
  const init: RequestInit = {
    method: asking.method ?? "GET",
    headers,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
  };
  if (asking.body !== undefined) init.body = JSON.stringify(asking.body);
  if (asking.signal !== undefined) init.signal = asking.signal;

  let response: Response;
  try {
    response = await fetch(address(path, asking.query), init);
  } catch (error) {
    asking.signal?.throwIfAborted();
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    return { ok: false, problem: UNREACHABLE };
  }
  noteDate(response.headers.get("Date"));
  if (response.ok) return { ok: true, value: response };
  const body: unknown = await response.json().catch(() => null);
  return { ok: false, problem: problemOf(response.status, response.headers.get("Retry-After"), body) };
}

/** A good response's JSON. */
export async function askJson<T>(path: string, asking: Asking = {}): Promise<Answer<T>> {
  const answer = await ask(path, asking);
  if (!answer.ok) return answer;
  try {
    return { ok: true, value: (await answer.value.json()) as T };
  } catch {
    asking.signal?.throwIfAborted();
    return { ok: false, problem: UNREACHABLE };
  }
}

/** A request that is answered without a body. */
export async function askNothing(path: string, asking: Asking = {}): Promise<Answer<null>> {
  const answer = await ask(path, asking);
  return answer.ok ? { ok: true, value: null } : answer;
}
