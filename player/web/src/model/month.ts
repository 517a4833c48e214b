//! Months as a calendar shows them: whole weeks from Monday on, and the way from day to day by keyboard.

import { type Day, dayFrom } from "./days";

/** A month, `YYYY-MM`. */
export type Month = string;

const WEEK = 7;

export function monthFrom(text: string | null): Month | null {
  return dayFrom(`${text ?? ""}-01`) === null ? null : text;
}

export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

function parts(day: Day): [year: number, month: number, date: number] {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return [year, month - 1, date];
}

/** Days are counted without hours: no time zone has a part in it. */
function written(year: number, month: number, date: number): Day {
  return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
}

export function daysOn(day: Day, n: number): Day {
  const [year, month, date] = parts(day);
  return written(year, month, date + n);
}

export function monthsOn(month: Month, n: number): Month {
  const [year, index] = parts(`${month}-01`);
  return monthOf(written(year, index + n, 1));
}

/** 0 for Monday. */
function weekday(day: Day): number {
  const [year, month, date] = parts(day);
  return (new Date(Date.UTC(year, month, date)).getUTCDay() + 6) % WEEK;
}

/** The weeks in which the month's days lie, whole: their first and last days may be the neighbours'. */
export function weeksOf(month: Month): Day[][] {
  const first = `${month}-01`;
  const end = `${monthsOn(month, 1)}-01`;
  const weeks: Day[][] = [];
  for (let monday = daysOn(first, -weekday(first)); monday < end; monday = daysOn(monday, WEEK)) {
    weeks.push(Array.from({ length: WEEK }, (_, n) => daysOn(monday, n)));
  }
  return weeks;
}

/** The same day of another month, or its last one where it is shorter. */
function inMonth(day: Day, month: Month): Day {
  const last = daysOn(`${monthsOn(month, 1)}-01`, -1);
  const same = `${month}${day.slice(7)}`;
  return same < last ? same : last;
}

/** Where a key leads from a day; null: it is no key of a calendar. */
export function dayAfterKey(day: Day, key: string): Day | null {
  switch (key) {
    case "ArrowLeft":
      return daysOn(day, -1);
    case "ArrowRight":
      return daysOn(day, 1);
    case "ArrowUp":
      return daysOn(day, -WEEK);
    case "ArrowDown":
      return daysOn(day, WEEK);
    case "Home":
      return daysOn(day, -weekday(day));
    case "End":
      return daysOn(day, WEEK - 1 - weekday(day));
    case "PageUp":
      return inMonth(day, monthsOn(monthOf(day), -1));
    case "PageDown":
      return inMonth(day, monthsOn(monthOf(day), 1));
    default:
      return null;
  }
}
