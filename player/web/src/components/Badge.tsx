//! A fact in a word or two. The colour only repeats what the word says.

import type { ReactNode } from "react";
import css from "./Badge.module.css";
import { Icon, type IconName } from "./Icon";

export type Tone = "neutral" | "good" | "warn" | "bad" | "info";

export function Badge({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
}) {
  return (
    <span className={`${css.badge} ${css[tone]}`}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

/** The dot before a session that is being recorded. */
export function LiveDot() {
  return <span aria-hidden="true" className={css.dot} />;
}
