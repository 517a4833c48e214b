//! The month as a grid of days, each with how many sessions go and how many stay. One stop for Tab; keys go from day to day.

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Icon } from "../../../components/Icon";
import { useCalendarFormat } from "../../../i18n/calendar";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import type { Day } from "../../../model/days";
import type { CalendarDay } from "../../../model/deletions";
import { dayAfterKey, monthOf } from "../../../model/month";
import type { MonthProps } from "./MonthCard";
import css from "./MonthGrid.module.css";

export function MonthGrid({ calendar, month, today, picked, onMonth, onPick }: MonthProps) {
  const words = useWords().custody.deletions;
  const format = useCalendarFormat();
  const hint = useId();
  const grid = useRef<HTMLTableElement>(null);
  // Where the keys are; the focus follows them, also into a month that is only drawn then.
  const [at, setAt] = useState<Day | null>(null);
  const moved = useRef(false);
  const stop = at !== null && monthOf(at) === month ? at : stopOf(month, today, picked);

  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    grid.current?.querySelector<HTMLElement>(`[data-day="${stop}"]`)?.focus();
  }, [stop]);

  function onKeyDown(event: KeyboardEvent, day: Day) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = dayAfterKey(day, event.key);
    if (next === null) return;
    event.preventDefault();
    moved.current = true;
    setAt(next);
    if (monthOf(next) !== month) onMonth(monthOf(next));
  }

  return (
    <>
      <table
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are walked through by keys
        role="grid"
        aria-label={words.month(format.month(month))}
        aria-describedby={hint}
        className={css.grid}
      >
        <thead>
          <tr>
            {format.weekdays.map(({ short, long }) => (
              <th key={long} scope="col">
                <abbr title={long}>{short}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calendar.weeks.map((week) => (
            <tr key={week[0]?.day}>
              {week.map((day) => (
                // biome-ignore lint/a11y/useFocusableInteractive: the day within it takes the focus
                <td
                  key={day.day}
                  // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: see above
                  role="gridcell"
                  aria-selected={day.day === picked}
                >
                  <DayButton
                    day={day}
                    today={today}
                    picked={day.day === picked}
                    stop={day.day === stop}
                    onPress={() => {
                      setAt(day.day);
                      onPick(day.day, monthOf(day.day));
                    }}
                    onKeyDown={(event) => onKeyDown(event, day.day)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p id={hint} className={css.hint}>
        {words.keys}
      </p>
    </>
  );
}

/** The day on which Tab stops. */
function stopOf(month: string, today: Day, picked: Day | null): Day {
  if (picked !== null && monthOf(picked) === month) return picked;
  return monthOf(today) === month ? today : `${month}-01`;
}

interface DayProps {
  day: CalendarDay;
  today: Day;
  picked: boolean;
  stop: boolean;
  onPress(): void;
  onKeyDown(event: KeyboardEvent): void;
}

function DayButton({ day, today, picked, stop, onPress, onKeyDown }: DayProps) {
  const words = useWords().custody.deletions;
  const calendar = useCalendarFormat();
  const format = useFormat();
  const { sessions, held } = day;
  const isToday = day.day === today;
  const full = calendar.fullDay(day.day);
  return (
    <button
      type="button"
      className={css.day}
      data-day={day.day}
      data-within={day.within}
      data-level={day.level}
      data-picked={picked}
      tabIndex={stop ? 0 : -1}
      aria-current={isToday ? "date" : undefined}
      onClick={onPress}
      onKeyDown={onKeyDown}
    >
      <span className={css.spoken}>
        {sessions === null ? full : words.dayNamed(full, sessions, held ?? 0)}
      </span>
      <span className={css.number} aria-hidden="true">
        {Number(day.day.slice(8))}
      </span>
      {sessions !== null && sessions > 0 && (
        <span className={css.count} aria-hidden="true">
          {format.number(sessions)}
        </span>
      )}
      {held !== null && held > 0 && (
        <span className={css.held} aria-hidden="true">
          <Icon name="hold" size={12} />
          {format.number(held)}
        </span>
      )}
    </button>
  );
}
