//! Something is on its way.

import { useWords } from "../i18n/language";
import css from "./Waiting.module.css";

export function Waiting({ label }: { label?: string }) {
  const words = useWords();
  return (
    <div className={css.waiting} role="status">
      <span className={css.bar} aria-hidden="true" />
      <span>{label ?? words.app.loading}</span>
    </div>
  );
}
