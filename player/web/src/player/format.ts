//! Instants as the player writes them: to the second where one reads along, to the millisecond where one looks closely.

import { useMemo } from "react";
import type { Language } from "../model/settings";
import { useSettings } from "../platform/settings";

const LOCALES: Record<Language, string> = { en: "en-GB", de: "de-DE" };

export interface InstantFormat {
  /** `14:03:22` */
  clock(at: number): string;
  /** `2 Nov 2026, 14:03:22` */
  dated(at: number): string;
  /** `2 Nov 2026, 14:03:22.417 CET` */
  exact(at: number): string;
  number(n: number): string;
  /** `0.25` */
  speed(times: number): string;
  bytes(n: number): string;
  percent(share: number): string;
}

export function useInstants(): InstantFormat {
  const { language } = useSettings().settings;
  return useMemo(() => instantsOf(LOCALES[language]), [language]);
}

export function instantsOf(locale: string, timeZone?: string): InstantFormat {
  const zone = timeZone === undefined ? {} : { timeZone };
  const date = { day: "numeric", month: "short", year: "numeric" } as const;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const clock = new Intl.DateTimeFormat(locale, { ...time, ...zone });
  const dated = new Intl.DateTimeFormat(locale, { ...date, ...time, ...zone });
  const exact = new Intl.DateTimeFormat(locale, {
    ...date,
    ...time,
    ...zone,
    fractionalSecondDigits: 3,
    timeZoneName: "short",
  });
  const number = new Intl.NumberFormat(locale);
  const speed = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const kilobytes = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "kilobyte",
    maximumFractionDigits: 0,
  });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  return {
    clock: (at) => clock.format(at),
    dated: (at) => dated.format(at),
    exact: (at) => exact.format(at),
    number: (n) => number.format(n),
    speed: (times) => speed.format(times),
    bytes: (n) => kilobytes.format(Math.max(n / 1_000, n > 0 ? 1 : 0)),
    percent: (share) => percent.format(share),
  };
}
