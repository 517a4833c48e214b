//! A calendar day, typed or picked.

import { type CalendarDate, parseDate } from "@internationalized/date";
import { useState } from "react";
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  FieldError,
  Group,
  Heading,
  Label,
  Popover,
  Text,
} from "react-aria-components";
import { useWords } from "../i18n/language";
import { type Day, dayFrom } from "../model/days";
import css from "./DayField.module.css";
import { Icon } from "./Icon";

function dayTyped(date: CalendarDate | null): Day | null {
  return date === null || date.year < 1970 ? null : dayFrom(date.toString());
}

interface Props {
  label: string;
  value: Day | null;
  onChange(day: Day | null): void;
  hint?: string;
  /** A word after the label, such as "optional". */
  aside?: string;
  error?: string | null;
  /** Days before it can't be picked. */
  least?: Day;
}

export function DayField({ label, value, onChange, hint, aside, error = null, least }: Props) {
  const words = useWords().filter;
  // What stands in the field may be no day yet: a year that is being typed passes through the first centuries.
  const [typed, setTyped] = useState(value === null ? null : parseDate(value));
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    if (dayTyped(typed) !== value) setTyped(value === null ? null : parseDate(value));
  }

  function take(date: CalendarDate | null) {
    setTyped(date);
    const day = dayTyped(date);
    if (day !== value) onChange(day);
  }

  function clear() {
    setTyped(null);
    onChange(null);
  }

  return (
    <DatePicker
      className={css.field ?? ""}
      value={typed}
      onChange={take}
      shouldForceLeadingZeros
      validationBehavior="aria"
      isInvalid={error !== null}
    >
      <Label className={css.label ?? ""}>
        {label}
        {aside && <span className={css.aside}> {aside}</span>}
      </Label>
      <Group className={`${css.group} ${value === null || hint !== undefined ? "" : css.marked}`}>
        <DateInput className={css.input ?? ""}>
          {(segment) => <DateSegment segment={segment} className={css.segment ?? ""} />}
        </DateInput>
        {value !== null && (
          <Button slot={null} className={css.button ?? ""} aria-label={words.clearDay(label)} onPress={clear}>
            <Icon name="close" size={14} />
          </Button>
        )}
        <Button className={css.button ?? ""}>
          <Icon name="calendar" size={16} />
        </Button>
      </Group>
      {hint && (
        <Text slot="description" className={css.hint ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={css.error ?? ""}>{error}</FieldError>
      <Popover className={css.popover ?? ""} offset={4}>
        <Dialog className={css.dialog ?? ""}>
          <Calendar {...(least === undefined ? {} : { minValue: parseDate(least) })}>
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
