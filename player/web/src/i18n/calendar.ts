//! Calendar days and months as a language writes them.

import { useMemo } from "react";
import type { Day } from "../model/days";
import { daysOn, type Month } from "../model/month";
import type { Language } from "../model/settings";
import { useSettings } from "../platform/settings";
import { localeOf } from "./format";

export interface CalendarFormat {
  /** `December 2026` */
  month(month: Month): string;
  /** From Monday on. */
  weekdays: readonly { short: string; long: string }[];
  /** `Tuesday, 1 December 2026` */
  fullDay(day: Day): string;
  /** `1 December` */
  dayAndMonth(day: Day): string;
  /** `Tue 1` */
  shortDay(day: Day): string;
  /** `1 Dec 2026` */
  day(day: Day): string;
}

const A_MONDAY: Day = "2026-11-02";

export function calendarFormatOf(language: Language): CalendarFormat {
  const locale = localeOf(language);
  // A day has no zone: it is read and written in the same one.
  const written = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
    return (day: Day) => format.format(Date.parse(`${day}T00:00:00Z`));
  };
  const monthOfYear = written({ month: "long", year: "numeric" });
  const short = written({ weekday: "short" });
  const long = written({ weekday: "long" });
  return {
    month: (month) => monthOfYear(`${month}-01`),
    weekdays: Array.from({ length: 7 }, (_, n) => {
      const day = daysOn(A_MONDAY, n);
      return { short: short(day), long: long(day) };
    }),
    fullDay: written({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    dayAndMonth: written({ day: "numeric", month: "long" }),
    shortDay: written({ weekday: "short", day: "numeric" }),
    day: written({ day: "numeric", month: "short", year: "numeric" }),
  };
}

export function useCalendarFormat(): CalendarFormat {
  const { language } = useSettings().settings;
  return useMemo(() => calendarFormatOf(language), [language]);
}
