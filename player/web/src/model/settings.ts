//! The only thing that the page keeps in the browser beside the login's cookie: how it looks and speaks.

import { oneOf } from "./oneOf";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface Settings {
  language: Language;
  theme: Theme;
}

/** German where the browser asks for it first, English otherwise. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = oneOf(LANGUAGES, tag.toLowerCase().split("-")[0]);
    if (language !== null) return language;
  }
  return "en";
}

/** Reads what was kept; whatever is not understood is as if it had never been kept. */
export function settingsFrom(kept: string | null, preferred: readonly string[]): Settings {
  let fields: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(kept ?? "{}");
    if (typeof value === "object" && value !== null) fields = value as Record<string, unknown>;
  } catch {
    // Somebody else's text under our name.
  }
  return {
    language: oneOf(LANGUAGES, fields.language) ?? languageOf(preferred),
    theme: oneOf(THEMES, fields.theme) ?? "system",
  };
}
