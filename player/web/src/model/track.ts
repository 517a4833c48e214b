//! One stream's frames as its index names them, in the order in which they were captured.
//!
//! The index comes in pages and grows while a session is open; `extended` merges a page in. Every frame has a place of its own on
//! the time axis, so that each can be reached: one whose instant damage hides stands between or beside its neighbours, and
//! frames captured within the same millisecond stand a hair apart.

/** A page of a stream's index as the server answers it: columns of equal length, and what is damaged. */
export interface IndexPage {
  readonly seq: readonly number[];
  /** Capture instants in milliseconds since 1970; 0 where a damaged frame's is not known. */
  readonly at: readonly number[];
  readonly bytes: readonly number[];
  /** Places in `types`. */
  readonly type: readonly number[];
  readonly types: readonly string[];
  /** Numbers of the frames whose bytes were cut before they were sent. */
  readonly cut: readonly number[];
  readonly damaged: readonly { readonly first: number; readonly last: number; readonly why: string }[];
}

export interface Frame {
  readonly seq: number;
  /** Its place on the time axis in milliseconds since 1970; no two frames of a track have the same. */
  readonly at: number;
  /** The recorded instant in milliseconds since 1970; null where damage hides it. */
  readonly captured: number | null;
  readonly bytes: number;
  readonly type: string;
  readonly cut: boolean;
  /** Why the frame can't be shown, if it can't. */
  readonly damaged: string | null;
}

/** Between what instants a session's frames were captured, as far as it is known. */
export interface Bounds {
  readonly start: number | null;
  readonly end: number | null;
}

export interface Track {
  readonly stream: number;
  readonly bounds: Bounds;
  /** By instant, then by number. */
  readonly frames: readonly Frame[];
  /** Where in `frames` a number stands. */
  readonly places: ReadonlyMap<number, number>;
}

/** A damaged range of which the index names no single frame is filled up with its numbers, up to this many. */
const NAMED_AT_MOST = 10_000;

/** So far back from a stream's end a late frame is still asked for while the session is open. */
const LATE_FRAMES = 256;

/** Places on the axis that would be the same lie so far apart: exact in a double's bits, and less than any clock tells. */
const HAIR_MS = 2 ** -10;

/** How far apart frames are taken to be where no two instants tell it. */
const USUAL_MS = 1_000;

export function emptyTrack(stream: number, bounds: Bounds = { start: null, end: null }): Track {
  return { stream, bounds, frames: [], places: new Map() };
}

/** The track with a page of the index merged in; the same track if the page tells nothing new. */
export function extended(track: Track, page: IndexPage): Track {
  const known = new Map(track.frames.map((frame) => [frame.seq, frame]));
  let changed = false;
  for (const told of framesOf(page)) {
    const before = known.get(told.seq);
    // Damage found later hides an instant that was known; the frame keeps its place.
    const frame =
      told.captured === null && before !== undefined ? { ...told, captured: before.captured } : told;
    if (before === undefined || !same(before, frame)) {
      known.set(frame.seq, frame);
      changed = true;
    }
  }
  if (!changed) return track;
  const bySeq = [...known.values()].sort((a, b) => a.seq - b.seq);
  return inPlace(track, placed(bySeq, track.bounds));
}

/**
 * The track with its frames between two instants, if it knows none itself: other streams of the session tell better than a
 * guess when that was.
 */
export function fitted(track: Track, from: number, to: number): Track {
  if (track.frames.length === 0 || instantsOf(track) !== null) return track;
  const step = (to - from) / Math.max(track.frames.length - 1, 1);
  const bySeq = [...track.frames].sort((a, b) => a.seq - b.seq);
  return inPlace(
    track,
    bySeq.map((frame, n) => ({ ...frame, at: from + n * step })),
  );
}

/** The first and the last instant that a track's index names; null if damage hides all. */
export function instantsOf(track: Track): { first: number; last: number } | null {
  const known = track.frames.filter((frame) => frame.captured !== null);
  const [first, last] = [known[0]?.captured, known.at(-1)?.captured];
  return first == null || last == null ? null : { first, last };
}

/** The place of the frame that was on the screen at an instant: the last one captured by then, or -1 before the first. */
export function placeAt(track: Track, at: number): number {
  let low = 0;
  let high = track.frames.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((track.frames[middle] as Frame).at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * After which number to ask for more of an open session's index. Frames may arrive out of order, so this is the number before
 * the first one missing near the end, not the last one known. Nothing is known: -1.
 */
export function askAfter(track: Track): number {
  const numbers = [...track.places.keys()].sort((a, b) => a - b).slice(-LATE_FRAMES);
  let after = numbers[0] ?? -1;
  for (const seq of numbers) {
    if (seq > after + 1) break;
    after = seq;
  }
  return after;
}

function* framesOf(page: IndexPage): Generator<Frame> {
  const cut = new Set(page.cut);
  const why = (seq: number) =>
    page.damaged.find((range) => seq >= range.first && seq <= range.last)?.why ?? null;
  const named = new Set(page.seq);
  for (const [row, seq] of page.seq.entries()) {
    const at = page.at[row] ?? 0;
    yield {
      seq,
      at,
      captured: at === 0 ? null : at,
      bytes: page.bytes[row] ?? 0,
      type: page.types[page.type[row] ?? -1] ?? "",
      cut: cut.has(seq),
      damaged: why(seq),
    };
  }
  for (const range of page.damaged) {
    for (let seq = range.first; seq <= range.last && seq < range.first + NAMED_AT_MOST; seq++) {
      if (named.has(seq)) continue;
      named.add(seq);
      yield { seq, at: 0, captured: null, bytes: 0, type: "", cut: false, damaged: range.why };
    }
  }
}

function same(a: Frame, b: Frame): boolean {
  return (
    a.captured === b.captured &&
    a.bytes === b.bytes &&
    a.type === b.type &&
    a.cut === b.cut &&
    a.damaged === b.damaged
  );
}

/** The frames in the order of their places, no two in the same one. */
function inPlace(track: Track, placed: readonly Frame[]): Track {
  const sorted = [...placed].sort((a, b) => a.at - b.at || a.seq - b.seq);
  const frames: Frame[] = [];
  for (const frame of sorted) {
    const before = frames.at(-1);
    const taken = before !== undefined && frame.at <= before.at;
    frames.push(taken ? { ...frame, at: before.at + HAIR_MS } : frame);
  }
  return { ...track, frames, places: new Map(frames.map((frame, place) => [frame.seq, place])) };
}

/**
 * A place for every frame: its instant, or one for those without: evenly between the neighbours by number, and before the
 * first and after the last that is known as far apart as frames usually are, within the session's bounds.
 */
function placed(bySeq: readonly Frame[], bounds: Bounds): Frame[] {
  const at = bySeq.map((frame) => frame.captured);
  const usual = usualOf(at.filter((instant) => instant !== null));
  let row = 0;
  while (row < at.length) {
    if (at[row] !== null) {
      row++;
      continue;
    }
    let end = row;
    while (end < at.length && at[end] === null) end++;
    const places = run(end - row, at[row - 1] ?? null, at[end] ?? null, usual, bounds);
    for (let n = row; n < end; n++) at[n] = places(n - row);
    row = end;
  }
  return bySeq.map((frame, n) => ({ ...frame, at: at[n] ?? 0 }));
}

/** The places of `count` frames without an instant, between the instants before and after them. */
function run(
  count: number,
  before: number | null,
  after: number | null,
  usual: number,
  { start, end }: Bounds,
): (n: number) => number {
  // A bound that the known instants contradict says nothing.
  const step = (room: number | null, parts: number) =>
    room === null || room <= 0 ? usual : Math.min(usual, room / Math.max(parts, 1));
  if (before !== null && after !== null) return (n) => before + ((after - before) * (n + 1)) / (count + 1);
  if (after !== null) {
    const each = step(start === null ? null : after - start, count);
    return (n) => after - (count - n) * each;
  }
  if (before !== null) {
    const each = step(end === null ? null : end - before, count);
    return (n) => before + (n + 1) * each;
  }
  const from = start ?? 0;
  const each = step(end === null ? null : end - from, count - 1);
  return (n) => from + n * each;
}

/** The instant in the middle of the intervals' lengths. */
function usualOf(instants: readonly number[]): number {
  const sorted = [...instants].sort((a, b) => a - b);
  const lengths = sorted
    .slice(1)
    .flatMap((at, n) => (at > (sorted[n] ?? at) ? [at - (sorted[n] ?? at)] : []));
  lengths.sort((a, b) => a - b);
  return lengths[lengths.length >>> 1] ?? USUAL_MS;
}
