//! How several pictures share a room.

import { fitScale, type Size } from "./zoom";

/** The number of columns in which the smallest of the pictures comes out largest. */
export function columnsFor(pictures: readonly Size[], room: Size, gap: number): number {
  const count = pictures.length;
  let best = { columns: 1, scale: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (room.width - gap * (columns - 1)) / columns,
      height: (room.height - gap * (rows - 1)) / rows,
    };
    const scale = Math.min(...pictures.map((picture) => fitScale(picture, cell)));
    if (scale > best.scale) best = { columns, scale };
  }
  return best.columns;
}
