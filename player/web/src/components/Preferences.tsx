//! Language and appearance.

import { useWords } from "../i18n/language";
import { THEMES } from "../model/settings";
import { useSettings } from "../platform/settings";
import css from "./Preferences.module.css";
import { Segments } from "./Segments";

const LANGUAGES = [
  { value: "de", label: "Deutsch", lang: "de" },
  { value: "en", label: "English", lang: "en" },
] as const;

export function Preferences() {
  const words = useWords().account;
  const { settings, change } = useSettings();
  const themes = THEMES.map((theme) => ({ value: theme, label: words.themes[theme] }));
  return (
    <div className={css.preferences}>
      <Segments
        label={words.language}
        options={LANGUAGES}
        value={settings.language}
        onChange={(language) => change({ language })}
      />
      <Segments
        label={words.theme}
        options={themes}
        value={settings.theme}
        onChange={(theme) => change({ theme })}
      />
    </div>
  );
}
