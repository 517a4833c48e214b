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
  /** The last move was to the next frame or so: more of that is to be expected. */
  readonly stepping: boolean;
}

/** Frames to have ready, most urgent first. */
export interface Plan {
  readonly keys: readonly FrameKey[];
  /**
   * How many of them, from the first, must not run short. Only when one of these is lacking are the others asked for too:
   * otherwise every frame gone on would be a request, and a record, of its own.
   */
  readonly low: number;
}

/** So many numbers are asked for at once. */
export const RANGE = 12;

/** At rest: this many frames in the direction last gone, and this many the other way. */
const AHEAD = 8;
const BEHIND = 4;
/** Stepping on: with so few frames left ahead the next range is asked for. */
const AHEAD_LOW = 4;
/** Playing: what the next seconds of the viewer's clock need, bounded in frames of all streams together. */
const HORIZON_MS = 3_000;
/** With no more than this left of it the next range is asked for. */
const HORIZON_LOW_MS = 1_500;
const FRAMES_AHEAD = 64;
/** Their bytes together: less than the worker keeps, so that nothing fetched ahead is lost before it is shown. */
const BYTES_AHEAD = 24 * 1024 * 1024;

export const keyText = (key: FrameKey): string => `${key.stream}/${key.seq}`;

/**
 * The frames to have ready: what is shown now, then what comes next. `painted` are the instants that playing at this speed
 * paints.
 */
export function wanted(timeline: Timeline, pace: Pace, painted: readonly number[], head: Playhead): Plan {
  const gathered = new Gathered(timeline.tracks.length);
  const addAll = (at: number) => {
    for (const track of timeline.tracks) gathered.add(track, placeAt(track, at));
  };
  addAll(head.at);
  if (head.playing) return playing(timeline, pace, painted, head, gathered, addAll);
  const ahead = head.stepping ? AHEAD_LOW + RANGE - 1 : AHEAD;
  let low = 0;
  for (let n = 1; n <= Math.max(ahead, BEHIND); n++) {
    for (const track of timeline.tracks) {
      const here = placeAt(track, head.at);
      if (n <= ahead) gathered.add(track, here + n * head.direction);
      if (n === AHEAD_LOW) low = gathered.keys.length;
      // Whoever steps on has come from there.
      if (n <= BEHIND && !head.stepping) gathered.add(track, here - n * head.direction);
    }
  }
  return { keys: gathered.keys, low: head.stepping && low > 0 ? low : gathered.keys.length };
}

function playing(
  timeline: Timeline,
  pace: Pace,
  painted: readonly number[],
  head: Playhead,
  gathered: Gathered,
  addAll: (at: number) => void,
): Plan {
  const now = playedAt(pace, head.at);
  const until = atPlayed(pace, now + HORIZON_MS * head.speed);
  const soon = atPlayed(pace, now + HORIZON_LOW_MS * head.speed);
  const next = instantAt(painted, head.at) + 1;
  let low: number | null = null;
  for (let n = next; n < painted.length && gathered.keys.length < FRAMES_AHEAD; n++) {
    const at = painted[n] as number;
    addAll(at);
    // With the last of those that must not run short, a range of each stream. The one after the horizon too: with long intervals it would come too late otherwise.
    if (low === null && at > soon) low = gathered.keys.length;
    const whole = low !== null && gathered.keys.length >= low + RANGE * timeline.tracks.length - 1;
    if (at > until && whole) break;
  }
  const { keys } = gathered;
  return { keys, low: Math.min(low ?? keys.length, Math.max(Math.ceil(keys.length / 2), 2)) };
}

/** Frames in the order in which they were added, each once, bounded by their bytes. */
class Gathered {
  readonly keys: FrameKey[] = [];
  readonly #known = new Set<string>();
  readonly #least: number;
  #bytes = 0;

  constructor(tracks: number) {
    // Of the largest frames at least what is shown and the next one.
    this.#least = 2 * tracks;
  }

  add(track: Track, place: number): void {
    const frame = track.frames[place];
    if (frame === undefined || frame.damaged !== null) return;
    const key = { stream: track.stream, seq: frame.seq };
    if (this.#known.has(keyText(key))) return;
    this.#bytes += frame.bytes;
    if (this.#bytes > BYTES_AHEAD && this.keys.length >= this.#least) return;
    this.#known.add(keyText(key));
    this.keys.push(key);
  }
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
