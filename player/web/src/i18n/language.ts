//! The words of the chosen language.

import type { Language } from "../model/settings";
import { useSettings } from "../platform/settings";
import { de } from "./de";
import { en, type Words } from "./en";

const DICTIONARIES: Record<Language, Words> = { en, de };

export type { Words };

export function wordsOf(language: Language): Words {
  return DICTIONARIES[language];
}

export function useWords(): Words {
  return wordsOf(useSettings().settings.language);
}
