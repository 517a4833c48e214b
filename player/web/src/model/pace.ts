//! How the time axis is played: which stretches pass quicker because nothing happens in them, which frames are painted at a
//! speed, and where the playhead stands after some time. Nothing is left out of the axis; idle time only passes faster.

import { gaps, instantAt, type Timeline } from "./timeline";
import type { Frame } from "./track";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
export type Speed = (typeof SPEEDS)[number];

export interface Pace {
  readonly instants: readonly number[];
  /** Milliseconds of playing at 1× from the start to each instant. */
  readonly played: readonly number[];
}

/** Shorter stretches without change are not worth a jump. */
const IDLE_FROM_MS = 5_000;
/** What is left of an idle stretch. */
const IDLE_LASTS_MS = 1_000;
/** No more frames than this are painted in a second; between them a screen could not be read anyway. */
const PAINTED_A_SECOND = 24;

export function paceOf(timeline: Timeline, skipIdle: boolean): Pace {
  const { instants } = timeline;
  const played: number[] = instants.length > 0 ? [0] : [];
  const factors = skipIdle ? idleFactors(timeline) : [];
  for (let n = 1; n < instants.length; n++) {
    const length = (instants[n] as number) - (instants[n - 1] as number);
    played.push((played[n - 1] as number) + length * (factors[n - 1] ?? 1));
  }
  return { instants, played };
}

/** Stretches that pass quicker when idle time is skipped. */
export function idleSpans(timeline: Timeline): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const run of idleRuns(timeline)) {
    found.push({ from: timeline.instants[run.first] as number, to: timeline.instants[run.last] as number });
  }
  return found;
}

/** Where the playhead stands `elapsed` milliseconds of the viewer's clock later, or the first of `stops` (ascending) before it. */
export function advanced(
  pace: Pace,
  at: number,
  elapsed: number,
  speed: number,
  stops: readonly number[] = [],
): number {
  const next = atPlayed(pace, playedAt(pace, at) + elapsed * speed);
  const stop = stops[instantAt(stops, at) + 1];
  return stop === undefined ? next : Math.min(stop, next);
}

export function playedAt(pace: Pace, at: number): number {
  const place = instantAt(pace.instants, at);
  if (place < 0) return 0;
  const next = pace.instants[place + 1];
  const from = pace.instants[place] as number;
  const done = pace.played[place] as number;
  if (next === undefined) return done;
  return done + (((pace.played[place + 1] as number) - done) * (at - from)) / (next - from);
}

export function atPlayed(pace: Pace, played: number): number {
  if (pace.instants.length === 0) return 0;
  const place = Math.max(instantAt(pace.played, played), 0);
  const from = pace.instants[place] as number;
  const next = pace.instants[place + 1];
  if (next === undefined) return from;
  const done = pace.played[place] as number;
  const length = (pace.played[place + 1] as number) - done;
  return length === 0 ? next : from + ((next - from) * (played - done)) / length;
}

/**
 * The instants that are painted when playing at a speed. With screenshots seconds apart these are all of them; only where
 * more would fall into a second than can be painted, some are passed over, but none of `always` (ascending).
 */
export function paintedInstants(pace: Pace, speed: number, always: readonly number[] = []): number[] {
  const least = (1_000 / PAINTED_A_SECOND) * speed;
  const needed = new Set(always);
  const chosen: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [n, at] of pace.instants.entries()) {
    const played = pace.played[n] as number;
    // The last instant is where playing ends, so it is always painted.
    if (played - last >= least || n === pace.instants.length - 1 || needed.has(at)) {
      chosen.push(at);
      last = played;
    }
  }
  return chosen;
}

function idleFactors(timeline: Timeline): number[] {
  const factors = new Array<number>(Math.max(timeline.instants.length - 1, 0)).fill(1);
  for (const run of idleRuns(timeline)) {
    const length = (timeline.instants[run.last] as number) - (timeline.instants[run.first] as number);
    factors.fill(IDLE_LASTS_MS / length, run.first, run.last);
  }
  return factors;
}

/** Runs of intervals, as places in `instants`, at whose ends nothing new was seen, and gaps in the capture. */
function idleRuns(timeline: Timeline): { first: number; last: number }[] {
  const { instants } = timeline;
  const changes = changedInstants(timeline);
  const gapStarts = new Set(gaps(timeline).map((gap) => gap.from));
  const runs: { first: number; last: number }[] = [];
  let first: number | null = null;
  for (let n = 1; n <= instants.length; n++) {
    const from = instants[n - 1] as number;
    const at = instants[n];
    const idle = at !== undefined && (!changes.has(at) || gapStarts.has(from));
    if (idle) first ??= n - 1;
    else if (first !== null) {
      if ((instants[n - 1] as number) - (instants[first] as number) > IDLE_FROM_MS)
        runs.push({ first, last: n - 1 });
      first = null;
    }
  }
  return runs;
}

/** The instants at which some stream's picture differs from the one before, as far as the index tells. */
function changedInstants(timeline: Timeline): Set<number> {
  const changed = new Set<number>();
  for (const track of timeline.tracks) {
    let before: Frame | null = null;
    for (const frame of track.frames) {
      if (before === null || !alike(before, frame)) changed.add(frame.at);
      before = frame;
    }
  }
  return changed;
}

/** Equal screens give files of equal length from the same program; different ones hardly ever do. */
function alike(a: Frame, b: Frame): boolean {
  return a.bytes === b.bytes && a.type === b.type && a.damaged === null && b.damaged === null;
}
