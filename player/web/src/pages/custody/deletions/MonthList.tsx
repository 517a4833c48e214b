//! The same month as a list by week: the days on which something goes.

import { Icon } from "../../../components/Icon";
import { useCalendarFormat } from "../../../i18n/calendar";
import { useWords } from "../../../i18n/language";
import type { CalendarDay } from "../../../model/deletions";
import { monthOf } from "../../../model/month";
import type { MonthProps } from "./MonthCard";
import css from "./MonthList.module.css";

export function MonthList({ calendar, today, picked, onPick }: MonthProps) {
  const words = useWords().custody.deletions;
  const format = useCalendarFormat();
  return (
    <div className={css.weeks}>
      {calendar.weeks.map((whole) => {
        const week = whole.filter(({ within }) => within);
        const [first, last] = [week[0], week.at(-1)];
        if (first === undefined || last === undefined) return null;
        const days = week.filter(({ day, sessions }) => (sessions ?? 0) > 0 || day === today);
        return (
          <section key={first.day}>
            <h3 className={css.week}>
              {words.week(format.dayAndMonth(first.day), format.dayAndMonth(last.day))}
            </h3>
            {days.length === 0 ? (
              <p className={css.nothing}>{words.weekNone}</p>
            ) : (
              <ul className={css.days}>
                {days.map((day) => (
                  <li key={day.day}>
                    <Entry
                      day={day}
                      isToday={day.day === today}
                      picked={day.day === picked}
                      onPress={() => onPick(day.day, monthOf(day.day))}
                    />
                  </li>
                ))}
              </ul>
            )}
          </section>
        );
      })}
    </div>
  );
}

interface EntryProps {
  day: CalendarDay;
  isToday: boolean;
  picked: boolean;
  onPress(): void;
}

function Entry({ day, isToday, picked, onPress }: EntryProps) {
  const words = useWords().custody.deletions;
  const format = useCalendarFormat();
  const { sessions, held } = day;
  return (
    <button
      type="button"
      className={css.day}
      data-picked={picked}
      aria-current={isToday ? "date" : undefined}
      onClick={onPress}
    >
      <span className={css.name}>
        {format.shortDay(day.day)}
        {isToday && <span className={css.today}>{words.today}</span>}
      </span>
      <span className={css.what}>
        <span className={css.count}>
          {sessions === null ? "" : sessions === 0 ? words.weekNone : words.sessions(sessions)}
        </span>
        {held !== null && held > 0 && (
          <span className={css.held}>
            <Icon name="hold" size={14} />
            {words.held(held)}
          </span>
        )}
      </span>
      <Icon name="right" size={16} />
    </button>
  );
}
