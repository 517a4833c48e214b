//! Logging in and out, and who is logged in.

import type { Answer } from "./problem";
import { answerTo, api } from "./request";
import type { Me } from "./types";

export function logIn(name: string, password: string): Promise<Answer<Me>> {
  return answerTo(api.POST("/v1/login", { body: { name, password } }));
}

export function logOut(): Promise<Answer<undefined>> {
  return answerTo(api.POST("/v1/logout"));
}

export function whoAmI(signal?: AbortSignal): Promise<Answer<Me>> {
  return answerTo(api.GET("/v1/me", { signal: signal ?? null }));
}

export function changePassword(old: string, next: string): Promise<Answer<undefined>> {
  return answerTo(api.POST("/v1/password", { body: { old, new: next } }));
}
