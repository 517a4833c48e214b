//! A request for frames that is under way.

import { frame, frames, type Opened } from "../../api/content";
import type { Problem } from "../../api/problem";
import type { Broken } from "../../model/damage";
import { FrameParser, FramingError } from "../../model/framing";
import { type FrameRange, keyText } from "../../model/plan";

/** What a frame's request was for: what is waited for goes before what may be wanted soon. */
export type Purpose = "now" | "soon" | "small";

export interface Arrived {
  bytes: ArrayBuffer;
  type: string;
  sha256: string | null;
}

export interface Landing {
  arrived(stream: number, seq: number, arrived: Arrived): void;
  broken(stream: number, seq: number, broken: Broken, detail: string | null): void;
}

/** Problems that say something about the frame and not about the request. */
const OF_THE_FRAME: Partial<Record<Problem["kind"], Broken>> = {
  "frame-damaged": "damaged",
  "frame-unknown": "unknown",
  "outside-grant": "outside",
};

export class Flight {
  readonly range: FrameRange;
  readonly purpose: Purpose;
  /** Numbers that have not come yet. */
  readonly left: Set<number>;
  readonly #abort = new AbortController();

  constructor(range: FrameRange, purpose: Purpose) {
    this.range = range;
    this.purpose = purpose;
    this.left = new Set();
    for (let seq = range.first; seq <= range.last; seq++) this.left.add(seq);
  }

  /** Breaks the request off; what it brings from now on is not taken. */
  abort(): void {
    this.#abort.abort();
  }

  get aborted(): boolean {
    return this.#abort.signal.aborted;
  }

  brings(stream: number, seq: number): boolean {
    return this.range.stream === stream && this.left.has(seq);
  }

  keys(): string[] {
    return [...this.left].map((seq) => keyText({ stream: this.range.stream, seq }));
  }

  /** Sends the request and lands what it brings. Null if all went well, or if it was broken off. */
  async fly(opened: Opened, landing: Landing): Promise<Problem | null> {
    try {
      const single = this.range.first === this.range.last;
      return single ? await this.#one(opened, landing) : await this.#several(opened, landing);
    } catch (error) {
      if (this.aborted) return null;
      const detail = error instanceof FramingError ? error.message : null;
      // The connection broke in the middle of the answer, or the answer was none.
      const kind = detail === null ? "unreachable" : "unexpected";
      return { kind, status: null, detail, retryAfterSeconds: null };
    }
  }

  async #one(opened: Opened, landing: Landing): Promise<Problem | null> {
    const { stream, first: seq } = this.range;
    const answer = await frame(opened, stream, seq, this.#abort.signal);
    if (this.aborted) return null;
    if (answer.ok) {
      this.left.delete(seq);
      landing.arrived(stream, seq, answer.value);
      return null;
    }
    const broken = OF_THE_FRAME[answer.problem.kind];
    if (broken === undefined) return answer.problem;
    this.left.delete(seq);
    landing.broken(stream, seq, broken, answer.problem.detail);
    return null;
  }

  async #several(opened: Opened, landing: Landing): Promise<Problem | null> {
    const { stream, first, last } = this.range;
    const answer = await frames(opened, stream, first, last, this.#abort.signal);
    if (!answer.ok) return answer.problem;
    const reader = answer.value.body?.getReader();
    if (reader === undefined) return null;
    const parser = new FrameParser();
    for (;;) {
      const piece = await reader.read();
      if (this.aborted) return null;
      if (piece.done) break;
      for (const framed of parser.push(piece.value)) {
        const seq = framed.kind === "frame" ? framed.head.seq : framed.seq;
        this.left.delete(seq);
        if (framed.kind === "damaged") landing.broken(stream, seq, "damaged", framed.why);
        else landing.arrived(stream, seq, { ...framed.head, bytes: framed.body.buffer });
      }
    }
    parser.finish();
    return null;
  }
}
