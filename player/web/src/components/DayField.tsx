//! A calendar day, typed or picked.

import { type CalendarDate, parseDate } from "@internationalized/date";
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Label,
  Popover,
} from "react-aria-components";
import { useWords } from "../i18n/language";
import { type Day, dayFrom } from "../model/days";
import css from "./DayField.module.css";
import { Icon } from "./Icon";

interface Props {
  label: string;
  value: Day | null;
  onChange(day: Day | null): void;
}

export function DayField({ label, value, onChange }: Props) {
  const words = useWords().filter;
  const taken = (date: CalendarDate | null) => {
    // While a year is typed it passes through the first centuries.
    const day = date === null || date.year < 1970 ? null : dayFrom(date.toString());
    if (day !== value) onChange(day);
  };
  return (
    <DatePicker
      className={css.field ?? ""}
      value={value === null ? null : parseDate(value)}
      onChange={taken}
      shouldForceLeadingZeros
    >
      <Label className={css.label ?? ""}>{label}</Label>
      <Group className={`${css.group} ${value === null ? "" : css.marked}`}>
        <DateInput className={css.input ?? ""}>
          {(segment) => <DateSegment segment={segment} className={css.segment ?? ""} />}
        </DateInput>
        {value !== null && (
          <Button
            slot={null}
            className={css.button ?? ""}
            aria-label={words.clearDay(label)}
            onPress={() => onChange(null)}
          >
            <Icon name="close" size={14} />
          </Button>
        )}
        <Button className={css.button ?? ""}>
          <Icon name="calendar" size={16} />
        </Button>
      </Group>
      <Popover className={css.popover ?? ""} offset={4}>
        <Dialog className={css.dialog ?? ""}>
          <Calendar>
            <header className={css.head}>
              <Button slot="previous" className={css.step ?? ""}>
                <Icon name="left" size={18} />
              </Button>
              <Heading className={css.month ?? ""} />
              <Button slot="next" className={css.step ?? ""}>
                <Icon name="right" size={18} />
              </Button>
            </header>
            <CalendarGrid weekdayStyle="short" className={css.grid ?? ""}>
              {(date) => <CalendarCell date={date} className={css.cell ?? ""} />}
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
