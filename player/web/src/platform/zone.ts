//! Where the reader is, as far as days go.

/** The name of the reader's time zone; UTC where the browser does not tell. */
export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
