//! Text that somebody else wrote, such as purposes and streams' names, among words of the page.

/** What turns the order of the text around it: ALM, LRM, RLM, embeddings, overrides and isolates (Unicode UAX #9). */
const TURNS_ORDER = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The same text with a visible mark in place of each character that would rearrange what stands around it. */
export function inOrder(text: string): string {
  return text.replace(TURNS_ORDER, "\ufffd");
}

/** Text to put inside a sentence: whatever its script, it leaves the order of the sentence as it is. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
