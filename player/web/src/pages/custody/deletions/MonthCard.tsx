//! A month of deadlines: a grid where there is room, a list by week on a phone.

import { Button as AriaButton } from "react-aria-components";
import { Button } from "../../../components/Button";
import { Card } from "../../../components/Card";
import { Icon } from "../../../components/Icon";
import { useCalendarFormat } from "../../../i18n/calendar";
import { useWords } from "../../../i18n/language";
import type { Day } from "../../../model/days";
import type { Calendar } from "../../../model/deletions";
import { type Month, monthOf, monthsOn } from "../../../model/month";
import css from "./MonthCard.module.css";
import { MonthGrid } from "./MonthGrid";
import { MonthList } from "./MonthList";

export interface MonthProps {
  calendar: Calendar;
  month: Month;
  today: Day;
  picked: Day | null;
  onMonth(month: Month): void;
  onPick(day: Day, month: Month): void;
}

export function MonthCard({ waiting, ...props }: MonthProps & { waiting: boolean }) {
  const { calendar, month, today, onMonth } = props;
  const words = useWords().custody.deletions;
  const format = useCalendarFormat();
  const here = monthOf(today);
  return (
    <Card
      title={format.month(month)}
      aside={
        <div className={css.ways}>
          {month !== here && (
            <Button look="quiet" onPress={() => onMonth(here)}>
              {words.thisMonth}
            </Button>
          )}
          <AriaButton
            className={css.way ?? ""}
            aria-label={words.monthBefore}
            onPress={() => onMonth(monthsOn(month, -1))}
          >
            <Icon name="left" size={18} />
          </AriaButton>
          <AriaButton
            className={css.way ?? ""}
            aria-label={words.monthAfter}
            onPress={() => onMonth(monthsOn(month, 1))}
          >
            <Icon name="right" size={18} />
          </AriaButton>
        </div>
      }
    >
      <div className={css.month} data-stale={waiting}>
        <p className={css.total} role="status">
          {!waiting && words.total(calendar.sessions, calendar.held)}
        </p>
        <div className={css.wide}>
          <MonthGrid {...props} />
        </div>
        <div className={css.slim}>
          <MonthList {...props} />
        </div>
      </div>
    </Card>
  );
}
