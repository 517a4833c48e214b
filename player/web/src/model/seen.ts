//! What several access records cover together, exactly: a number is in it if a record names it, and only then.

import type { AccessEntry } from "../api/types";

export interface Span {
  first: number;
  last: number;
}

export interface Seen {
  /** Null: every stream. */
  stream: number | null;
  /** Ascending, with at least one number missing between two; null: every frame. */
  spans: readonly Span[] | null;
}

type Range = Pick<AccessEntry, "stream" | "first" | "last">;

/** Spans as ascending ones that neither overlap nor touch. */
export function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    const before = all.at(-1);
    if (before !== undefined && span.first <= before.last + 1) before.last = Math.max(before.last, span.last);
    else all.push({ ...span });
  }
  return all;
}

/** By stream, in the order of their numbers; a record of every stream comes first. */
export function seenIn(ranges: readonly Range[]): Seen[] {
  const streams = new Map<number | null, Span[] | null>();
  for (const { stream, first, last } of ranges) {
    const spans = streams.get(stream);
    if (first === null || last === null) streams.set(stream, null);
    else if (spans === undefined) streams.set(stream, [{ first, last }]);
    else spans?.push({ first, last });
  }
  return [...streams]
    .sort(([a], [b]) => (a ?? -1) - (b ?? -1))
    .map(([stream, spans]) => ({ stream, spans: spans === null ? null : joined(spans) }));
}
