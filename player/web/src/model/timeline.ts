//! Several streams on one time axis, aligned by their capture instants. Pure: whoever plays passes the instant in.

import { type Frame, fitted, instantsOf, placeAt, type Track } from "./track";

export interface Timeline {
  readonly tracks: readonly Track[];
  /** Every place at which any stream has a frame, ascending, each once. */
  readonly instants: readonly number[];
  readonly start: number;
  readonly end: number;
}

export const EMPTY: Timeline = { tracks: [], instants: [], start: 0, end: 0 };

export function timelineOf(unfitted: readonly Track[]): Timeline {
  const tracks = aligned(unfitted);
  const all = tracks.flatMap((track) => track.frames.map((frame) => frame.at)).sort((a, b) => a - b);
  const instants = all.filter((at, n) => n === 0 || at !== all[n - 1]);
  return { tracks, instants, start: instants[0] ?? 0, end: instants.at(-1) ?? 0 };
}

/** A track without any known instant lies where the others' are: it must not stretch the axis by a guess. */
function aligned(tracks: readonly Track[]): readonly Track[] {
  const known = tracks.flatMap((track) => instantsOf(track) ?? []);
  if (known.length === 0 || known.length === tracks.length) return tracks;
  const first = Math.min(...known.map((one) => one.first));
  const last = Math.max(...known.map((one) => one.last));
  return tracks.map((track) => fitted(track, first, last));
}

/** The part of a timeline that some streams make up: what stepping follows when one screen is shown alone. */
export function only(timeline: Timeline, streams: readonly number[]): Timeline {
  const tracks = timeline.tracks.filter((track) => streams.includes(track.stream));
  return tracks.length === timeline.tracks.length ? timeline : timelineOf(tracks);
}

/** What each stream showed at an instant; null before its first frame. */
export function shownAt(timeline: Timeline, at: number): Map<number, Frame | null> {
  return new Map(
    timeline.tracks.map((track) => [track.stream, track.frames[placeAt(track, at)] ?? null] as const),
  );
}

/** The place in `instants` of the last one not after `at`, or -1. */
export function instantAt(instants: readonly number[], at: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((instants[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The instant `by` frames on (back if negative), held at either end. */
export function stepped(timeline: Timeline, at: number, by: number): number {
  const { instants } = timeline;
  if (instants.length === 0) return at;
  const here = instantAt(instants, at);
  const place = Math.min(Math.max(here + by, 0), instants.length - 1);
  return instants[place] as number;
}

export function clamped(timeline: Timeline, at: number): number {
  return Math.min(Math.max(at, timeline.start), timeline.end);
}

/** The instant in the middle of the intervals' lengths: how often this session was captured. */
export function usualInterval(timeline: Timeline): number {
  const gaps = timeline.instants.slice(1).map((at, n) => at - (timeline.instants[n] as number));
  if (gaps.length === 0) return 1_000;
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >>> 1] as number;
}

/** A stretch of the time axis. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Stretches in which nothing was captured for much longer than usual. */
export function gaps(timeline: Timeline): Span[] {
  const limit = Math.max(usualInterval(timeline) * 4, 15_000);
  const found: Span[] = [];
  for (let n = 1; n < timeline.instants.length; n++) {
    const from = timeline.instants[n - 1] as number;
    const to = timeline.instants[n] as number;
    if (to - from > limit) found.push({ from, to });
  }
  return found;
}
