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
/** Their bytes together: less than the worker keeps, so that nothing fetched ahead is lost before it is shown. */
const BYTES_AHEAD = 24 * 1024 * 1024;

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
  let bytes = 0;
  const add = (track: Track, place: number) => {
    const frame = track.frames[place];
    if (frame === undefined || frame.damaged !== null) return;
    const key = { stream: track.stream, seq: frame.seq };
    if (keys.has(keyText(key))) return;
    bytes += frame.bytes;
    // Of the largest frames at least what is shown and the next one.
    if (bytes <= BYTES_AHEAD || keys.size < 2 * timeline.tracks.length) keys.set(keyText(key), key);
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
 * Groups frames into ranges of at most `most` numbers, in the order of their most urgent frame. A single frame between two
 * wanted ones is taken in to save a request, unless it is there already: what a range covers counts as looked at.
 */
export function ranges(
  keys: readonly FrameKey[],
  most: number,
  there: (key: FrameKey) => boolean = () => false,
): FrameRange[] {
  const found: { range: FrameRange; urgency: number }[] = [];
  const byNumber = keys.map((key, urgency) => ({ key, urgency }));
  byNumber.sort((a, b) => a.key.stream - b.key.stream || a.key.seq - b.key.seq);
  for (const { key, urgency } of byNumber) {
    const open = found.at(-1);
    if (open !== undefined && joins(open.range, key, most, there)) {
      open.range = { ...open.range, last: key.seq };
      open.urgency = Math.min(open.urgency, urgency);
    } else {
      found.push({ range: { stream: key.stream, first: key.seq, last: key.seq }, urgency });
    }
  }
  return found.sort((a, b) => a.urgency - b.urgency).map((entry) => entry.range);
}

function joins(range: FrameRange, key: FrameKey, most: number, there: (key: FrameKey) => boolean): boolean {
  if (range.stream !== key.stream || key.seq - range.first >= most) return false;
  const next = range.last + 1;
  return key.seq === next || (key.seq === next + 1 && !there({ stream: key.stream, seq: next }));
}
