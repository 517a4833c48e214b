//! The one place from which anything is fetched. Everything else in this folder is a function over `api`, whose paths, fields
//! and answers are those of the API's document; it works in a worker too.

import createClient from "openapi-fetch";
import { inOrder } from "../model/foreign";
import { noteDate } from "./clock";
import { type Answer, problemOf, UNREACHABLE } from "./problem";
import type { paths } from "./schema";
import { noteUse } from "./use";

export const api = createClient<paths>({
  credentials: "same-origin",
  cache: "no-store",
  redirect: "error",
});

// What others wrote is shown between words of the page, and as evidence: no character of it may rearrange the rest.
api.use({
  async onResponse({ response }) {
    if (!/^application\/(problem\+)?json/.test(response.headers.get("Content-Type") ?? "")) return undefined;
    const said = await response.text();
    const { status, statusText, headers } = response;
    return new Response(inOrder(said), { status, statusText, headers });
  },
});

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** A call's outcome as an answer. An aborted call is thrown on as `AbortError`. */
export async function answerTo<T>(call: Promise<Outcome<T>>): Promise<Answer<T>> {
  const outcome = await reached(call);
  if (outcome === null) return { ok: false, problem: UNREACHABLE };
  const { data, error, response } = outcome;
  noteDate(response.headers.get("Date"));
  if (response.status !== 401) noteUse();
  if (!response.ok) {
    return { ok: false, problem: problemOf(response.status, response.headers.get("Retry-After"), error) };
  }
  // Undefined only where the document promises no body.
  return { ok: true, value: data as T };
}

/** The same for a body that is read as it comes: the response itself. */
export async function responseTo(call: Promise<Outcome<unknown>>): Promise<Answer<Response>> {
  const outcome = await reached(call);
  if (outcome === null) return { ok: false, problem: UNREACHABLE };
  const answer = await answerTo(Promise.resolve(outcome));
  return answer.ok ? { ok: true, value: outcome.response } : answer;
}

/** Null: no answer came, or it broke off. */
async function reached<T>(call: Promise<Outcome<T>>): Promise<Outcome<T> | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    return null;
  }
}
