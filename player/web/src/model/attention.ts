//! Whether somebody is there. A page that asks the server for news by itself would keep a login alive that nobody uses.

/** Nobody has touched anything for as long as a login may idle. */
export function isAway(lastInput: number, now: number, idleMs: number): boolean {
  return now - lastInput >= idleMs;
}
