//! One stream's frames as its index names them, in the order in which they were captured.
//!
//! The index comes in pages and grows while a session is open; `extended` merges a page in. A damaged frame whose instant is
//! not known any more gets one between its neighbours', so that it keeps a place on the time axis instead of vanishing.

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
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The instant is not the recorded one but lies between the neighbours'. */
  readonly estimated: boolean;
  readonly bytes: number;
  readonly type: string;
  readonly cut: boolean;
  /** Why the frame can't be shown, if it can't. */
  readonly damaged: string | null;
}

export interface Track {
  readonly stream: number;
  /** By instant, then by number. */
  readonly frames: readonly Frame[];
  /** Where in `frames` a number stands. */
  readonly places: ReadonlyMap<number, number>;
}

/** A damaged range of which the index names no single frame is filled up with its numbers, up to this many. */
const NAMED_AT_MOST = 10_000;

/** So far back from a stream's end a late frame is still asked for while the session is open. */
const LATE_FRAMES = 256;

export function emptyTrack(stream: number): Track {
  return { stream, frames: [], places: new Map() };
}

/** The track with a page of the index merged in; the same track if the page tells nothing new. */
export function extended(track: Track, page: IndexPage): Track {
  const known = new Map(track.frames.map((frame) => [frame.seq, frame]));
  let changed = false;
  for (const frame of framesOf(page)) {
    const before = known.get(frame.seq);
    if (before === undefined || !same(before, frame)) {
      known.set(frame.seq, frame);
      changed = true;
    }
  }
  if (!changed) return track;
  const bySeq = [...known.values()].sort((a, b) => a.seq - b.seq);
  const frames = placed(bySeq).sort((a, b) => a.at - b.at || a.seq - b.seq);
  return { stream: track.stream, frames, places: new Map(frames.map((frame, place) => [frame.seq, place])) };
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
      estimated: at === 0,
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
      yield { seq, at: 0, estimated: true, bytes: 0, type: "", cut: false, damaged: range.why };
    }
  }
}

function same(a: Frame, b: Frame): boolean {
  const instant = b.estimated ? a.estimated : a.at === b.at;
  return instant && a.bytes === b.bytes && a.type === b.type && a.cut === b.cut && a.damaged === b.damaged;
}

/** Gives every frame without an instant one between those of its neighbours by number. */
function placed(bySeq: readonly Frame[]): Frame[] {
  const frames = [...bySeq];
  let row = 0;
  while (row < frames.length) {
    if (!(frames[row] as Frame).estimated) {
      row++;
      continue;
    }
    let end = row;
    while (end < frames.length && (frames[end] as Frame).estimated) end++;
    const before = row > 0 ? (frames[row - 1] as Frame).at : null;
    const after = end < frames.length ? (frames[end] as Frame).at : null;
    const from = before ?? after ?? 0;
    const to = Math.max(from, after ?? from);
    for (let n = row; n < end; n++) {
      const share = before === null ? 0 : (n - row + 1) / (end - row + 1);
      frames[n] = { ...(frames[n] as Frame), at: Math.round(from + (to - from) * share) };
    }
    row = end;
  }
  return frames;
}
