//! Which frames a film strip shows: some to either side of the playhead, each one step of time or one frame apart.

import { instantAt } from "./timeline";
import { type Frame, placeAt, type Track } from "./track";

/** Milliseconds between two pictures of the strip; 0 is every frame, null spreads the whole session over it. */
export type StripStep = 0 | 10_000 | 60_000 | 600_000 | null;
export const STRIP_STEPS: readonly StripStep[] = [0, 10_000, 60_000, 600_000, null];

export interface Strip {
  readonly frames: readonly Frame[];
  /** Which of them stands for the playhead; -1 before the first frame. */
  readonly here: number;
}

/** At most `count` frames; the one at the playhead stands in the middle where there are enough to either side. */
export function stripOf(track: Track, at: number, step: StripStep, count: number): Strip {
  const total = track.frames.length;
  if (total === 0 || count < 1) return { frames: [], here: -1 };
  const places = step === 0 ? everyFrame(track, at, count) : sampled(track, at, step, count);
  const frames = places.map((place) => track.frames[place] as Frame);
  return {
    frames,
    here: instantAt(
      frames.map((frame) => frame.at),
      at,
    ),
  };
}

function everyFrame(track: Track, at: number, count: number): number[] {
  const total = track.frames.length;
  const here = Math.max(placeAt(track, at), 0);
  const first = Math.max(0, Math.min(here - (count >> 1), total - count));
  return Array.from({ length: Math.min(count, total) }, (_, n) => first + n);
}

/**
 * One frame for each step of time. The steps lie on a grid from the stream's start, so that the strip stands still while the
 * playhead moves within one and pictures loaded before are met again.
 */
function sampled(track: Track, at: number, step: Exclude<StripStep, 0>, count: number): number[] {
  const start = (track.frames[0] as Frame).at;
  const end = (track.frames.at(-1) as Frame).at;
  const grid = step ?? Math.max((end - start) / Math.max(count - 1, 1), 1);
  const last = Math.floor((end - start) / grid);
  const here = Math.min(Math.max(Math.floor((at - start) / grid), 0), last);
  const first = Math.max(0, Math.min(here - (count >> 1), last - count + 1));
  const places: number[] = [];
  for (let n = first; n <= last && n < first + count; n++) {
    const place = placeAt(track, start + n * grid);
    if (place >= 0 && place !== places.at(-1)) places.push(place);
  }
  return places;
}
