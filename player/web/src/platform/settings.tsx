//! Keeps the settings in `localStorage` and applies them to the document.

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Settings, settingsFrom } from "../model/settings";

const KEY = "obhut.settings";

function kept(): Settings {
  let text: string | null = null;
  try {
    text = localStorage.getItem(KEY);
  } catch {
    // Storage is switched off: settings last as long as the page.
  }
  return settingsFrom(text, navigator.languages);
}

function keep(settings: Settings) {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // As above.
  }
}

function apply(settings: Settings) {
  document.documentElement.lang = settings.language;
  document.documentElement.dataset.theme = settings.theme;
}

interface Kept {
  settings: Settings;
  change(part: Partial<Settings>): void;
}

const Context = createContext<Kept | null>(null);

export function SettingsProvider({ children }: { children: ReactNode }) {
  const [settings, set] = useState(kept);
  useEffect(() => apply(settings), [settings]);
  const value = useMemo<Kept>(
    () => ({
      settings,
      change(part) {
        const next = { ...settings, ...part };
        keep(next);
        set(next);
      },
    }),
    [settings],
  );
  return <Context value={value}>{children}</Context>;
}

export function useSettings(): Kept {
  const value = useContext(Context);
  if (value === null) throw new Error("no SettingsProvider above");
  return value;
}
