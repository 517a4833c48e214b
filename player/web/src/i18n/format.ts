//! Instants, durations, sizes and numbers as a language writes them.

import { useMemo } from "react";
import type { Language } from "../model/settings";
import { useSettings } from "../platform/settings";
import { wordsOf } from "./language";

const LOCALES: Record<Language, string> = { en: "en-GB", de: "de-DE" };
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

export interface Format {
  /** `2 Nov 2026, 10:15` */
  instant(at: string): string;
  /** `2 Nov 2026, 10:15:00` */
  exact(at: string): string;
  day(at: string): string;
  time(at: string): string;
  /** As `exact`, in UTC: what a document says is the same wherever it is read. */
  utc(at: string): string;
  /** `2 November 2026`, in UTC */
  utcDay(at: string): string;
  /** `1 h 5 min` */
  duration(ms: number): string;
  bytes(n: number): string;
  number(n: number): string;
  percent(share: number): string;
  /** `in 3 days`, `tomorrow` */
  inDays(days: number): string;
}

export function localeOf(language: Language): string {
  return LOCALES[language];
}

export function formatOf(language: Language): Format {
  const locale = LOCALES[language];
  const words = wordsOf(language).time;
  const date = { day: "numeric", month: "short", year: "numeric" } as const;
  const minutes = { hour: "2-digit", minute: "2-digit" } as const;
  const instant = new Intl.DateTimeFormat(locale, { ...date, ...minutes });
  const exact = new Intl.DateTimeFormat(locale, { ...date, ...minutes, second: "2-digit" });
  const day = new Intl.DateTimeFormat(locale, date);
  const time = new Intl.DateTimeFormat(locale, minutes);
  const utc = new Intl.DateTimeFormat(locale, { ...date, ...minutes, second: "2-digit", timeZone: "UTC" });
  const utcDay = new Intl.DateTimeFormat(locale, { ...date, month: "long", timeZone: "UTC" });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const sizes = UNITS.map(
    (unit, power) =>
      new Intl.NumberFormat(locale, {
        style: "unit",
        unit,
        unitDisplay: unit === "byte" ? "long" : "short",
        maximumFractionDigits: power < 2 ? 0 : 1,
      }),
  );
  const written = (format: Intl.DateTimeFormat) => (at: string) => {
    const parsed = Date.parse(at);
    return Number.isNaN(parsed) ? at : format.format(parsed);
  };
  return {
    instant: written(instant),
    exact: written(exact),
    day: written(day),
    time: written(time),
    utc: written(utc),
    utcDay: written(utcDay),
    duration(ms) {
      if (ms < 1000) return words.underSecond;
      const seconds = Math.round(ms / 1000);
      const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      if (h > 0) return `${number.format(h)} ${words.hours} ${m} ${words.minutes}`;
      if (m > 0)
        return s === 0 || m >= 10 ? `${m} ${words.minutes}` : `${m} ${words.minutes} ${s} ${words.seconds}`;
      return `${s} ${words.seconds}`;
    },
    bytes(n) {
      const power = n < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(n) / 3));
      return sizes[power]?.format(n / 1000 ** power) ?? number.format(n);
    },
    number: (n) => number.format(n),
    percent: (share) => percent.format(share),
    inDays: (days) => relative.format(days, "day"),
  };
}

export function useFormat(): Format {
  const { language } = useSettings().settings;
  return useMemo(() => formatOf(language), [language]);
}
