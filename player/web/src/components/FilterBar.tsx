//! A page's filter: all in sight where there is room, behind a button on a phone.

import { type ReactNode, useId, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useWords } from "../i18n/language";
import { Button } from "./Button";
import css from "./FilterBar.module.css";
import { Icon } from "./Icon";

interface Props {
  /** How many fields narrow the list. */
  narrowing: number;
  onClear(): void;
  children: ReactNode;
}

export function FilterBar({ narrowing, onClear, children }: Props) {
  const words = useWords().filter;
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <search className={css.bar} aria-label={words.title}>
      <AriaButton
        className={css.toggle ?? ""}
        aria-expanded={open}
        aria-controls={id}
        onPress={() => setOpen((was) => !was)}
      >
        <Icon name="filter" size={18} />
        {words.show(narrowing)}
        <Icon name="down" size={16} />
      </AriaButton>
      <div id={id} className={css.fields} data-open={open}>
        {children}
        {narrowing > 0 && (
          <div className={css.clear}>
            <Button look="quiet" icon="close" onPress={onClear}>
              {words.clear}
            </Button>
          </div>
        )}
      </div>
    </search>
  );
}
