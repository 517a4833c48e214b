//! Which frames to have ready around the playhead, nearest first, and in which ranges to ask for them. Every range asked for is
//! on record as looked at, so the plan reaches only as far as a smooth picture needs.

import { atPlayed, type Pace, playedAt } from "./pace";
import { instantAt, type Timeline } from "./timeline";
import { placeAt, type Track } from "./track";

/** A frame of a stream. */
export interface FrameKey {
  readonly stream: number;
  readonly seq: number;
}

export interface FrameRange {
  readonly stream: number;
  readonly first: number;
  readonly last: number;
}

export interface Playhead {
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
  /** 1 after going forwards, -1 after going back: which side is asked for first. */
  readonly direction: 1 | -1;
}

/** At rest: this many frames in the direction last gone, and this many the other way. */
const AHEAD = 8;
const BEHIND = 4;
/** Playing: what the next seconds of the viewer's clock need, bounded in frames of all streams together. */
const HORIZON_MS = 3_000;
const FRAMES_AHEAD = 64;
/** A range may take in frames that nobody asked for where that saves a request, up to this many in a row. */
const BRIDGED = 1;

export const keyText = (key: FrameKey): string => `${key.stream}/${key.seq}`;

/**
 * The frames to have ready, most urgent first: what is shown now, then what comes next. `painted` are the instants that playing
 * at this speed paints.
 */
export function wanted(
  timeline: Timeline,
  pace: Pace,
  painted: readonly number[],
  head: Playhead,
): FrameKey[] {
  const keys = new Map<string, FrameKey>();
  const add = (track: Track, place: number) => {
    const frame = track.frames[place];
    if (frame === undefined || frame.damaged !== null) return;
    const key = { stream: track.stream, seq: frame.seq };
    keys.set(keyText(key), key);
  };
  const addAll = (at: number) => {
    for (const track of timeline.tracks) add(track, placeAt(track, at));
  };
  addAll(head.at);
  if (head.playing) {
    const until = atPlayed(pace, playedAt(pace, head.at) + HORIZON_MS * head.speed);
    const next = instantAt(painted, head.at) + 1;
    for (let n = next; n < painted.length && keys.size < FRAMES_AHEAD; n++) {
      addAll(painted[n] as number);
      // The one after the horizon too: with long intervals it would come too late otherwise.
      if ((painted[n] as number) > until) break;
    }
    return [...keys.values()];
  }
  const reach = Math.max(AHEAD, BEHIND);
  for (let n = 1; n <= reach; n++) {
    for (const track of timeline.tracks) {
      const here = placeAt(track, head.at);
      if (n <= AHEAD) add(track, here + n * head.direction);
      if (n <= BEHIND) add(track, here - n * head.direction);
    }
  }
  return [...keys.values()];
}

/**
 * Groups frames into ranges of at most `most` numbers, in the order of their most urgent frame. Frames that lie between two
 * wanted ones are taken in only where they are few, for what a range covers counts as looked at.
 */
export function ranges(timeline: Timeline, keys: readonly FrameKey[], most: number): FrameRange[] {
  const urgency = new Map(keys.map((key, n) => [keyText(key), n]));
  const found: { range: FrameRange; urgency: number }[] = [];
  for (const track of timeline.tracks) {
    const numbers = keys.filter((key) => key.stream === track.stream).map((key) => key.seq);
    numbers.sort((a, b) => a - b);
    let run: number[] = [];
    const close = () => {
      const first = run[0];
      const last = run.at(-1);
      if (first === undefined || last === undefined) return;
      const urgencies = run.map((seq) => urgency.get(keyText({ stream: track.stream, seq })) ?? keys.length);
      found.push({ range: { stream: track.stream, first, last }, urgency: Math.min(...urgencies) });
      run = [];
    };
    for (const seq of numbers) {
      const first = run[0];
      const last = run.at(-1);
      if (first !== undefined && last !== undefined) {
        if (seq - first >= most || between(track, last, seq) > BRIDGED) close();
      }
      run.push(seq);
    }
    close();
  }
  return found.sort((a, b) => a.urgency - b.urgency).map((entry) => entry.range);
}

/** How many frames of the stream lie between two numbers. */
function between(track: Track, low: number, high: number): number {
  let count = 0;
  for (let seq = low + 1; seq < high; seq++) {
    if (track.places.has(seq)) count++;
    if (count > BRIDGED) break;
  }
  return count;
}

export function covers(range: FrameRange, key: FrameKey): boolean {
  return range.stream === key.stream && key.seq >= range.first && key.seq <= range.last;
}
