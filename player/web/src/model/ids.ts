const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text has an id's shape. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** An id's last part, which tells ids of one list apart: their first parts are instants and alike. */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf("-") + 1);
}
