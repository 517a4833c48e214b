//! What access records cover, and when, in words.

import type { Seen } from "../model/seen";
import type { Format } from "./format";
import type { Words } from "./language";

interface Range {
  stream: number | null;
  first: number | null;
  last: number | null;
}

/** Spans of frames that are spelled out; the rest is counted. */
const SPELLED_OUT = 4;

export function rangeText({ stream, first, last }: Range, words: Words, format: Format): string {
  const spans = first === null || last === null ? null : [{ first, last }];
  return seenText({ stream, spans }, words, format);
}

/** Streams and frames by the numbers that the API, the records and their table give them. */
export function seenText({ stream, spans }: Seen, words: Words, format: Format): string {
  if (stream === null) return words.access.wholeSession;
  if (spans === null) return words.access.streamRange(stream, words.access.allFrames);
  const texts = spans
    .slice(0, SPELLED_OUT)
    .map(({ first, last }) =>
      first === last ? format.number(first) : `${format.number(first)}–${format.number(last)}`,
    );
  const one = spans.length === 1 && spans[0]?.first === spans[0]?.last;
  const frames = one ? words.access.frame(texts.join()) : words.access.frames(texts.join(", "));
  const left = spans.length - texts.length;
  return words.access.streamRange(stream, left === 0 ? frames : words.access.andSpans(frames, left));
}

/** `2 Nov 2026, 10:15 to 10:20`, as short as it is clear. */
export function spanText(from: string, until: string, words: Words, format: Format): string {
  if (format.instant(from) === format.instant(until)) return format.instant(until);
  const sameDay = format.day(from) === format.day(until);
  return words.looks.until(format.instant(from), sameDay ? format.time(until) : format.instant(until));
}
