//! The body of a range of frames, `application/vnd.obhut.frames`: for each frame one line of JSON, then exactly as many bytes as
//! it says. Reads it piece by piece as it arrives, wherever the network cut it.

export interface FrameHead {
  readonly seq: number;
  readonly type: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export type Framed =
  | { readonly kind: "frame"; readonly head: FrameHead; readonly body: Uint8Array<ArrayBuffer> }
  | { readonly kind: "damaged"; readonly seq: number; readonly why: string };

/** The bytes don't follow the format; nothing after them can be trusted. */
export class FramingError extends Error {
  override readonly name = "FramingError";
}

const NEWLINE = 0x0a;
const LONGEST_LINE = 64 * 1024;
/** No frame is larger; more would be an error in the length and not be worth the memory. */
const LARGEST_FRAME = 256 * 1024 * 1024;

interface Open {
  readonly head: FrameHead;
  readonly body: Uint8Array<ArrayBuffer>;
  filled: number;
}

export class FrameParser {
  #line: Uint8Array = new Uint8Array(0);
  #open: Open | null = null;

  /** What the next piece of the body completes. */
  push(piece: Uint8Array): Framed[] {
    const found: Framed[] = [];
    let rest = piece;
    while (rest.length > 0) {
      rest = this.#open === null ? this.#readLine(rest, found) : this.#readBody(this.#open, rest);
      if (this.#open !== null && this.#open.filled === this.#open.body.length) {
        found.push({ kind: "frame", head: this.#open.head, body: this.#open.body });
        this.#open = null;
      }
    }
    return found;
  }

  /** The body is at its end; it must not end within a frame. */
  finish(): void {
    if (this.#open !== null || this.#line.length > 0)
      throw new FramingError("the answer ends within a frame");
  }

  #readLine(rest: Uint8Array, found: Framed[]): Uint8Array {
    const end = rest.indexOf(NEWLINE);
    const line = joined(this.#line, end < 0 ? rest : rest.subarray(0, end));
    if (line.length > LONGEST_LINE) throw new FramingError("a line is too long");
    if (end < 0) {
      this.#line = line;
      return new Uint8Array(0);
    }
    this.#line = new Uint8Array(0);
    const head = parsed(line);
    if ("damaged" in head) found.push({ kind: "damaged", seq: head.seq, why: head.damaged });
    else this.#open = { head, body: new Uint8Array(head.bytes), filled: 0 };
    return rest.subarray(end + 1);
  }

  #readBody(open: Open, rest: Uint8Array): Uint8Array {
    const part = rest.subarray(0, open.body.length - open.filled);
    open.body.set(part, open.filled);
    open.filled += part.length;
    return rest.subarray(part.length);
  }
}

function parsed(line: Uint8Array): FrameHead | { seq: number; damaged: string } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
  } catch {
    throw new FramingError("a line is not JSON");
  }
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { seq, type, bytes, sha256, damaged } = fields;
  if (!isCount(seq)) throw new FramingError("a line names no frame");
  if (typeof damaged === "string") return { seq, damaged };
  if (!isCount(bytes) || bytes > LARGEST_FRAME) throw new FramingError(`frame ${seq} has no sensible length`);
  if (typeof type !== "string" || typeof sha256 !== "string")
    throw new FramingError(`frame ${seq} has no type or digest`);
  return { seq, type, bytes, sha256 };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
