//! Reads the streams' indices, and goes on reading while the session is open.

import { type Opened, streamIndex } from "../api/content";
import type { Problem } from "../api/problem";
import type { SessionState } from "../api/types";
import { askAfter, type Bounds, emptyTrack, extended, type IndexPage, type Track } from "../model/track";

const POLL_MS = 2_000;
const POLL_SEALING_MS = 5_000;
const RETRY_MS = [2_000, 5_000, 10_000, 30_000];

/** The frames of a stream that the grant shows; without ends: all. */
export interface Part {
  readonly stream: number;
  readonly first: number;
  readonly last: number;
}

export interface FeedEvents {
  /** All of what is known by now. */
  tracks(tracks: readonly Track[]): void;
  state(state: SessionState): void;
  /** A round failed and is tried again. */
  failed(problem: Problem): void;
  /** A stream's index is damaged: nothing more of it will ever be known. */
  unreadable(stream: number, detail: string | null): void;
}

/** What a round asks for: all, what came since, or all for the last time. */
type Extent = "whole" | "news" | "last";

interface Source {
  readonly part: Part;
  track: Track;
  state: SessionState | null;
  readable: boolean;
}

export class IndexFeed {
  readonly #opened: Opened;
  readonly #events: FeedEvents;
  readonly #abort = new AbortController();
  readonly #sources: readonly Source[];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #due: Extent | null = null;
  #resting = false;
  #failures = 0;
  /** The session was not sealed yet when it was read before. */
  #watched = false;

  constructor(opened: Opened, parts: readonly Part[], bounds: Bounds, events: FeedEvents) {
    this.#opened = opened;
    this.#events = events;
    this.#sources = parts.map((part) => ({
      part,
      track: emptyTrack(part.stream, bounds),
      state: null,
      readable: true,
    }));
    void this.#round("whole");
  }

  close(): void {
    this.#abort.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Nobody is there: nothing more is asked for until somebody is. */
  rest(resting: boolean): void {
    if (this.#resting === resting) return;
    this.#resting = resting;
    if (resting) {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    } else if (this.#due !== null) {
      this.#again(this.#due, 0);
    }
  }

  async #round(extent: Extent): Promise<void> {
    this.#due = null;
    this.#timer = null;
    // Nobody looks: what came meanwhile is read when somebody does.
    if (extent === "news" && document.hidden) {
      this.#again(extent, POLL_MS);
      return;
    }
    const readable = this.#sources.filter((source) => source.readable);
    let problems: (Problem | null)[];
    const before = this.#sources.map((source) => source.track);
    try {
      problems = await Promise.all(readable.map((source) => this.#read(source, extent)));
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      throw error;
    }
    const problem = problems.find((one) => one !== null) ?? null;
    const tracks = this.#sources.map((source) => source.track);
    const news = tracks.some((track, n) => track !== before[n]) || readable.some((one) => !one.readable);
    if (news || extent === "whole") {
      if (problem === null || tracks.some((track) => track.frames.length > 0)) this.#events.tracks(tracks);
    }
    if (problem !== null) {
      this.#events.failed(problem);
      const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? 0;
      this.#again(extent, Math.max(wait, (problem.retryAfterSeconds ?? 0) * 1_000));
      return;
    }
    this.#failures = 0;
    this.#settle(extent);
  }

  #settle(extent: Extent): void {
    const states = this.#sources.flatMap((source) => (source.readable ? (source.state ?? []) : []));
    // The session is as far as the stream that is furthest behind: another one's answer may be older than its last frames.
    const state =
      states.find((one) => one === "open") ?? states.find((one) => one === "sealing") ?? states[0];
    if (state === undefined) return;
    if (state !== "sealed") {
      this.#watched = true;
      this.#events.state(state);
      this.#again("news", state === "open" ? POLL_MS : POLL_SEALING_MS);
      return;
    }
    if (this.#watched && extent === "news") {
      // What packing found damaged stands in the index only now, and before the place up to which it is known.
      void this.#round("last");
      return;
    }
    this.#events.state(state);
  }

  #again(extent: Extent, wait: number): void {
    this.#due = extent;
    if (this.#resting || this.#abort.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#round(extent), wait);
  }

  /** The answer has all that lies behind the number asked for. */
  async #read(source: Source, extent: Extent): Promise<Problem | null> {
    const { part } = source;
    const after = extent === "news" ? askAfter(source.track) : part.first - 1;
    const answer = await streamIndex(this.#opened, part.stream, after < 0 ? null : after, this.#abort.signal);
    this.#abort.signal.throwIfAborted();
    if (answer.ok) {
      source.state = answer.value.state;
      source.track = extended(source.track, within(answer.value, part));
      return null;
    }
    if (answer.problem.kind !== "frame-damaged") return answer.problem;
    source.readable = false;
    this.#events.unreadable(part.stream, answer.problem.detail);
    return null;
  }
}

/** What of a page the grant shows. */
function within(page: IndexPage, part: Part): IndexPage {
  if (part.first <= 0 && part.last === Number.POSITIVE_INFINITY) return page;
  const rows = page.seq.flatMap((seq, row) => (seq >= part.first && seq <= part.last ? [row] : []));
  const of = (column: readonly number[]) => rows.map((row) => column[row] ?? 0);
  return {
    ...page,
    seq: of(page.seq),
    at: of(page.at),
    bytes: of(page.bytes),
    type: of(page.type),
    damaged: page.damaged.flatMap((range) => {
      const first = Math.max(range.first, part.first);
      const last = Math.min(range.last, part.last);
      return first <= last ? [{ ...range, first, last }] : [];
    }),
  };
}
