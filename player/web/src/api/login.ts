//! Logging in and out, and who is logged in.

import type { Answer } from "./problem";
import { askJson, askNothing } from "./request";
import type { Me } from "./types";

export function logIn(name: string, password: string): Promise<Answer<Me>> {
  return askJson("/v1/login", { method: "POST", body: { name, password } });
}

export function logOut(): Promise<Answer<null>> {
  return askNothing("/v1/logout", { method: "POST" });
}

export function whoAmI(signal?: AbortSignal): Promise<Answer<Me>> {
  return askJson("/v1/me", { signal });
}

export function changePassword(old: string, next: string): Promise<Answer<null>> {
  return askNothing("/v1/password", { method: "POST", body: { old, new: next } });
}
