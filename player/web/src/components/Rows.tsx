//! A table that becomes a list of cards where it is narrow. The roles are spelled out because a table that is laid out anew
//! loses them in some browsers.

import type { ReactNode } from "react";
import css from "./Rows.module.css";

export interface Column<T> {
  label: string;
  cell(row: T): ReactNode;
  /** Names the row. */
  heads?: boolean;
  /** Its own measure, as the grid takes it. */
  width?: "wide" | "narrow" | "number";
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf(row: T): string;
  /** Shown faded: a newer list is on its way. */
  stale?: boolean;
  /** Without a frame of its own: it stands within a card. */
  framed?: boolean;
  /** Where it is narrow a row's cells run on without their labels: for lists of many short rows. */
  running?: boolean;
  /** Whether the row is a part of the one before it. */
  within?(row: T): boolean;
}

export function Rows<T>({
  label,
  columns,
  rows,
  keyOf,
  stale = false,
  framed = true,
  running = false,
  within,
}: Props<T>) {
  return (
    <div className={css.frame} data-stale={stale} data-framed={framed} data-running={running}>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <table role="table" aria-label={label} className={css.table}>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <thead role="rowgroup">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
          <tr role="row">
            {columns.map((column) => (
              // biome-ignore lint/a11y/noRedundantRoles: see above
              <th key={column.label} role="columnheader" scope="col" className={css[column.width ?? "plain"]}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tbody role="rowgroup">
          {rows.map((row) => (
            // biome-ignore lint/a11y/noRedundantRoles: see above
            <tr key={keyOf(row)} role="row" data-within={within?.(row) ?? false}>
              {columns.map((column) => {
                const cell = column.cell(row);
                return column.heads ? (
                  // biome-ignore lint/a11y/noRedundantRoles: see above
                  <th key={column.label} role="rowheader" scope="row" className={css.heads}>
                    {cell}
                  </th>
                ) : (
                  // biome-ignore lint/a11y/noRedundantRoles: see above
                  <td key={column.label} role="cell" className={css[column.width ?? "plain"]}>
                    {cell !== null && (
                      <>
                        <span className={css.label} aria-hidden="true">
                          {column.label}
                        </span>
                        <div className={css.value}>{cell}</div>
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The second, quieter line of a cell. */
export function Second({ children }: { children: ReactNode }) {
  return <span className={css.second}>{children}</span>;
}
