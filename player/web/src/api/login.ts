//! Logging in and out, and who is logged in.

import type { Answer } from "./problem";
import { answerTo, api } from "./request";
import type { Me } from "./types";

export function logIn(name: string, password: string): Promise<Answer<Me>> {
  return answerTo(api.POST("/v1/login", { body: { name, password } }));
}

/** Who leaves does not wait longer than this to hear whether the server knows. */
const LEAVING_MS = 8_000;

export function logOut(): Promise<Answer<undefined>> {
  return answerTo(api.POST("/v1/logout", { signal: AbortSignal.timeout(LEAVING_MS) }));
}

export function whoAmI(signal?: AbortSignal): Promise<Answer<Me>> {
  return answerTo(api.GET("/v1/me", { signal: signal ?? null }));
}

export function changePassword(old: string, next: string): Promise<Answer<undefined>> {
  return answerTo(api.POST("/v1/password", { body: { old, new: next } }));
}
