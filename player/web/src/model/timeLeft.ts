//! How long a grant still lasts.

const MINUTE_MS = 60_000;

/** Minutes begun that are left, and 0 once it is over. */
export function minutesLeft(until: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now) / MINUTE_MS));
}

/** The minutes left at which whoever listens is told. */
export const TOLD_AT: readonly number[] = [10, 5, 1];

/** What to say when `before` minutes became `after`: the step that was passed, or null. */
export function stepPassed(before: number, after: number): number | null {
  return TOLD_AT.find((step) => before > step && after <= step && after > 0) ?? null;
}
