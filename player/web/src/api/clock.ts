//! The server's clock, as its answers' `Date` tells it: what a grant's end is measured with, whatever the browser's clock says.

let aheadMs = 0;

/** Notes an answer's `Date`, which has whole seconds. */
export function noteDate(date: string | null) {
  const at = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(at)) return;
  const ahead = at - Date.now();
  // Within the header's resolution and a slow answer the browser's clock is as good.
  aheadMs = Math.abs(ahead) > 2_000 ? ahead : 0;
}

export function serverNow(): number {
  return Date.now() + aheadMs;
}
