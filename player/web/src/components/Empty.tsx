//! A list without an entry.

import type { ReactNode } from "react";
import css from "./Empty.module.css";

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={css.empty} role="status">
      <p className={css.title}>{title}</p>
      {children}
    </div>
  );
}
