//! The calendar of deletions: what is shown, in the page's address, and what the server is asked for.

import type { DeletionDay, Deletions, DeletionsQuery, SessionQuery } from "../api/types";
import { type Day, dayFrom, startOf } from "./days";
import { type Month, monthFrom, monthOf, weeksOf } from "./month";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whose sessions are listed: those of a day, those that should be gone, or those that a hold keeps beyond their deadline. */
export type Picked = { kind: "day"; day: Day } | { kind: "overdue" } | { kind: "kept" };

export interface DeletionsPlace {
  tenant: string | null;
  month: Month;
  picked: Picked | null;
}

function pickedFrom(text: string | null): Picked | null {
  if (text === "overdue" || text === "kept") return { kind: text };
  const day = dayFrom(text);
  return day === null ? null : { kind: "day", day };
}

export function deletionsPlaceFrom(search: string, today: Day): DeletionsPlace {
  const fields = new URLSearchParams(search);
  const picked = pickedFrom(fields.get("show"));
  const shown = picked?.kind === "day" ? monthOf(picked.day) : monthOf(today);
  return { tenant: fields.get("tenant") || null, month: monthFrom(fields.get("month")) ?? shown, picked };
}

/** The page's address. The month is left out where it is clear without it. */
export function deletionsSearchOf({ tenant, month, picked }: DeletionsPlace, today: Day): string {
  const fields = new URLSearchParams();
  if (tenant !== null) fields.set("tenant", tenant);
  const clear = picked?.kind === "day" ? monthOf(picked.day) : monthOf(today);
  if (month !== clear) fields.set("month", month);
  if (picked !== null) fields.set("show", picked.kind === "day" ? picked.day : picked.kind);
  return fields.toString();
}

/** What the server is asked for: the days of the month's weeks, where the reader is. */
export function deletionsQueryOf({ tenant, month }: DeletionsPlace, zone: string): DeletionsQuery {
  const days = weeksOf(month).flat();
  const query: DeletionsQuery = { from: startOf(days[0] ?? `${month}-01`), zone, days: days.length };
  if (tenant !== null) query.tenant = tenant;
  return query;
}

export interface CalendarDay {
  day: Day;
  /** Of the month that is shown, not of a neighbour. */
  within: boolean;
  /** Null: not known yet. */
  sessions: number | null;
  held: number | null;
  /** How much goes compared with the fullest day: 0 nothing, 3 the most. */
  level: 0 | 1 | 2 | 3;
}

export interface Calendar {
  weeks: CalendarDay[][];
  /** Of the month's own days. */
  sessions: number;
  held: number;
}

function levelOf(n: number, most: number): CalendarDay["level"] {
  if (n <= 0 || most <= 0) return 0;
  // Numbers of sessions differ by orders of magnitude; what is many is told by its digits.
  const share = Math.log1p(n) / Math.log1p(most);
  return share > 2 / 3 ? 3 : share > 1 / 3 ? 2 : 1;
}

export function calendarOf(month: Month, known: readonly DeletionDay[]): Calendar {
  const byDay = new Map(known.map((entry) => [entry.day, entry]));
  const own = known.filter((entry) => monthOf(entry.day) === month);
  const most = Math.max(0, ...known.map((entry) => entry.sessions));
  const sum = (of: (entry: DeletionDay) => number) => own.reduce((total, entry) => total + of(entry), 0);
  return {
    weeks: weeksOf(month).map((week) =>
      week.map((day) => {
        const entry = byDay.get(day);
        return {
          day,
          within: monthOf(day) === month,
          sessions: entry?.sessions ?? null,
          held: entry?.held ?? null,
          level: levelOf(entry?.sessions ?? 0, most),
        };
      }),
    ),
    sessions: sum((entry) => entry.sessions),
    held: sum((entry) => entry.held),
  };
}

/** Which sessions the list shows; null: none are picked, or the server has not said yet when the day begins and ends. */
export function dueQueryOf(place: DeletionsPlace, known: Deletions | undefined): SessionQuery | null {
  const { picked, tenant } = place;
  if (picked === null || known === undefined) return null;
  const query: SessionQuery = { order: "deadline" };
  if (tenant !== null) query.tenant = tenant;
  if (picked.kind === "day") {
    const entry = known.days.find(({ day }) => day === picked.day);
    if (entry === undefined) return null;
    return { ...query, deadline_from: entry.from, deadline_before: entry.until };
  }
  if (picked.kind === "kept") return { ...query, deadline_before: known.now, held: true };
  const since = new Date(Date.parse(known.now) - DAY_MS).toISOString();
  return { ...query, deadline_before: since, held: false };
}
