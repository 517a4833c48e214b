//! What an access record covers, in words.

import type { Format } from "./format";
import type { Words } from "./language";

interface Range {
  stream: number | null;
  first: number | null;
  last: number | null;
}

export function rangeText(range: Range, words: Words, format: Format): string {
  const { stream, first, last } = range;
  if (stream === null) return words.access.wholeSession;
  if (first === null || last === null) return words.access.streamRange(stream, words.access.allFrames);
  const frames =
    first === last
      ? words.access.frame(format.number(first))
      : words.access.frames(format.number(first), format.number(last));
  return words.access.streamRange(stream, frames);
}
