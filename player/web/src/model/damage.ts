//! Frames that can't be shown: those that the index names as damaged, and those of which it was found when they were read.

import { type FrameKey, keyText } from "./plan";
import type { Span, Timeline } from "./timeline";
import type { Frame, Track } from "./track";

/** Why a frame can't be shown. */
export type Broken = "damaged" | "unknown" | "outside" | "differs" | "undecodable";

export interface Unshowable {
  readonly broken: Broken;
  readonly detail: string | null;
}

/** What was found while reading, by the frames' keys. */
export type Found = ReadonlyMap<string, Unshowable>;

export const NOTHING_FOUND: Found = new Map();

export function unshowable(found: Found, stream: number, frame: Frame): Unshowable | null {
  if (frame.damaged !== null) return { broken: "damaged", detail: frame.damaged };
  return found.get(keyText({ stream, seq: frame.seq })) ?? null;
}

/** What was found, with one more; the same if that was known. */
export function withFound(found: Found, key: FrameKey, why: Unshowable): Found {
  const before = found.get(keyText(key));
  if (before?.broken === why.broken && before.detail === why.detail) return found;
  return new Map(found).set(keyText(key), why);
}

/** Stretches in which a stream's frames can't be shown, from the first such frame to the next sound one. */
export function damagedSpans(track: Track, end: number, found: Found): Span[] {
  const spans: Span[] = [];
  let from: number | null = null;
  for (const frame of track.frames) {
    if (unshowable(found, track.stream, frame) !== null) from ??= frame.at;
    else if (from !== null) {
      spans.push({ from, to: frame.at });
      from = null;
    }
  }
  if (from !== null) spans.push({ from, to: Math.max(end, from) });
  return spans;
}

/** Where some stream goes from sound to damaged, ascending: playing must not pass over these unseen. */
export function damageStarts(timeline: Timeline, found: Found): number[] {
  const starts = timeline.tracks.flatMap((track) =>
    damagedSpans(track, timeline.end, found).map((span) => span.from),
  );
  return [...new Set(starts)].sort((a, b) => a - b);
}
