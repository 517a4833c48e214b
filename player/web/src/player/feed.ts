//! Reads the streams' indices, and goes on reading while the session is open.

import { type Opened, streamIndex } from "../api/content";
import type { Problem } from "../api/problem";
import type { SessionState } from "../api/types";
import { askAfter, emptyTrack, extended, type IndexPage, type Track } from "../model/track";

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
  failed(problem: Problem): void;
}

export class IndexFeed {
  readonly #opened: Opened;
  readonly #parts: readonly Part[];
  readonly #events: FeedEvents;
  readonly #abort = new AbortController();
  #tracks: readonly Track[];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;

  constructor(opened: Opened, parts: readonly Part[], events: FeedEvents) {
    this.#opened = opened;
    this.#parts = parts;
    this.#events = events;
    this.#tracks = parts.map((part) => emptyTrack(part.stream));
    void this.#round("whole");
  }

  close(): void {
    this.#abort.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #round(extent: "whole" | "news"): Promise<void> {
    // Nobody looks: what came meanwhile is read when somebody does.
    if (extent === "news" && document.hidden) {
      this.#again(extent, POLL_MS);
      return;
    }
    let read: Read[];
    try {
      read = await Promise.all(this.#parts.map((part, n) => this.#stream(part, n, extent)));
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      throw error;
    }
    const problem = read.find((one) => one.problem !== null)?.problem ?? null;
    const tracks = read.map((one) => one.track);
    if (tracks.some((track, n) => track !== this.#tracks[n]) || extent === "whole") {
      this.#tracks = tracks;
      if (problem === null || tracks.some((track) => track.frames.length > 0)) this.#events.tracks(tracks);
    }
    if (problem !== null) {
      this.#events.failed(problem);
      const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? 0;
      this.#again(extent, Math.max(wait, (problem.retryAfterSeconds ?? 0) * 1_000));
      return;
    }
    this.#failures = 0;
    this.#settle(read.map((one) => one.state));
  }

  #settle(states: readonly (SessionState | null)[]): void {
    const state = states.find((one) => one !== null) ?? null;
    if (state === null) return;
    this.#events.state(state);
    if (state === "open") this.#again("news", POLL_MS);
    // The last frames are in the index already, but their damage, if any, shows only when all is packed.
    else if (state === "sealing") this.#again("news", POLL_SEALING_MS);
  }

  #again(extent: "whole" | "news", wait: number): void {
    if (!this.#abort.signal.aborted) this.#timer = setTimeout(() => void this.#round(extent), wait);
  }

  async #stream(part: Part, n: number, extent: "whole" | "news"): Promise<Read> {
    let track = this.#tracks[n] ?? emptyTrack(part.stream);
    let after = extent === "news" ? askAfter(track) : part.first - 1;
    let state: SessionState | null = null;
    for (;;) {
      const answer = await streamIndex(
        this.#opened,
        part.stream,
        after < 0 ? null : after,
        this.#abort.signal,
      );
      this.#abort.signal.throwIfAborted();
      if (!answer.ok) return { track, state, problem: answer.problem };
      const page = answer.value;
      state = page.state;
      track = extended(track, within(page, part));
      const last = Math.max(...page.seq.slice(-1), ...page.damaged.map((range) => range.last), -1);
      if (page.seq.length === 0 || last <= after || last >= part.last) return { track, state, problem: null };
      after = last;
    }
  }
}

interface Read {
  track: Track;
  state: SessionState | null;
  problem: Problem | null;
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
