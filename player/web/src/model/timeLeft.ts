//! How long a grant still lasts.

const MINUTE_MS = 60_000;

/** Minutes begun that are left, and 0 once it is over. */
export function minutesLeft(until: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now) / MINUTE_MS));
}

/** The minutes left at which whoever listens is told. */
export const TOLD_AT: readonly number[] = [10, 5, 1];

/** The minutes to tell when `before` became `after`: those left now, if a step was passed on the way. */
export function minutesToTell(before: number, after: number): number | null {
  const passed = TOLD_AT.some((step) => before > step && after <= step);
  return passed && after > 0 ? after : null;
}
