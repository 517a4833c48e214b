//! Calendar days as a reader writes them (`2026-11-02`), and the instants between which they lie where the reader is.

/** A day, `YYYY-MM-DD`. */
export type Day = string;

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day, if the text is one that exists. */
export function dayFrom(text: string | null): Day | null {
  const parts = SHAPE.exec(text ?? "");
  if (parts === null) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? (text as Day) : null;
}

/** When the day begins in the reader's time zone; `later` days after it with an offset. */
export function startOf(day: Day, later = 0): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** The day on which an instant lies in the reader's time zone. */
export function dayOf(instant: Date): Day {
  const two = (n: number) => String(n).padStart(2, "0");
  const year = String(instant.getFullYear()).padStart(4, "0");
  return `${year}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
}
