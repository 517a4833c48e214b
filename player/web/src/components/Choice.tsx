//! One of several.

import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import css from "./Choice.module.css";
import { Icon } from "./Icon";

export interface Option<T extends string> {
  value: T;
  label: string;
}

interface Props<T extends string> {
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChange(value: T): void;
  /** Differs from what it is when nothing is chosen. */
  marked?: boolean;
}

export function Choice<T extends string>({ label, options, value, onChange, marked = false }: Props<T>) {
  return (
    <Select
      className={css.choice ?? ""}
      value={value}
      onChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen) onChange(chosen.value);
      }}
    >
      <Label className={css.label ?? ""}>{label}</Label>
      <Button className={`${css.button} ${marked ? css.marked : ""}`}>
        <SelectValue className={css.value ?? ""}>
          {({ defaultChildren, selectedText }) => selectedText ?? defaultChildren}
        </SelectValue>
        <Icon name="down" size={16} />
      </Button>
      <Popover className={css.popover ?? ""} offset={4}>
        <ListBox className={css.list ?? ""} items={options}>
          {(option) => (
            <ListBoxItem id={option.value} className={css.option ?? ""} textValue={option.label}>
              <span className={css.tick}>
                <Icon name="consent" size={16} />
              </span>
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
