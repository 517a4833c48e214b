//! Something to know, set apart from the rest.

import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import css from "./Notice.module.css";

type Tone = "info" | "good" | "warn" | "bad";

const ICONS: Record<Tone, IconName> = { info: "info", good: "good", warn: "warning", bad: "warning" };

interface Props {
  tone?: Tone;
  icon?: IconName;
  title?: string;
  /** Read out when it appears: `alert` at once, `status` when there is time. */
  spoken?: "alert" | "status";
  children?: ReactNode;
}

export function Notice({ tone = "info", icon, title, spoken, children }: Props) {
  return (
    <div className={`${css.notice} ${css[tone]}`} role={spoken}>
      <Icon name={icon ?? ICONS[tone]} />
      <div>
        {title && <p className={css.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
