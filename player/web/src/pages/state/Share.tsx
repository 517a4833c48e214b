//! A part of a whole, as a bar. The numbers stand beside it.

import css from "./StatePage.module.css";

export function Share({ part, whole }: { part: number; whole: number }) {
  const percent = whole <= 0 ? 0 : Math.min(100, Math.max(part > 0 ? 1 : 0, (100 * part) / whole));
  return (
    <div className={css.meter} aria-hidden="true">
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}
