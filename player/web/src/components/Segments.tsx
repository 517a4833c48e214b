//! One of a few, all in sight.

import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import css from "./Segments.module.css";

interface Props<T extends string> {
  label: string;
  options: readonly { value: T; label: string; lang?: string }[];
  value: T;
  onChange(value: T): void;
}

export function Segments<T extends string>({ label, options, value, onChange }: Props<T>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={css.group ?? ""}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(chosen) => {
        const option = options.find((one) => chosen.has(one.value));
        if (option) onChange(option.value);
      }}
    >
      {options.map((option) => (
        <ToggleButton key={option.value} id={option.value} className={css.segment ?? ""}>
          <span lang={option.lang}>{option.label}</span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
