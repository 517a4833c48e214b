import { describe, expect, it } from "vitest";
import { type Framed, FrameParser, FramingError } from "./framing";

const bytes = (text: string) => new TextEncoder().encode(text);

function body(parts: (string | Uint8Array)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === "string" ? bytes(part) : part));
  const out = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of all) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

const head = (seq: number, length: number) =>
  `{"seq":${seq},"at":"2026-01-01T00:00:00.000000Z","type":"image/png","bytes":${length},"sha256":"00"}\n`;

function read(whole: Uint8Array, piece: number): Framed[] {
  const parser = new FrameParser();
  const found: Framed[] = [];
  for (let offset = 0; offset < whole.length; offset += piece)
    found.push(...parser.push(whole.subarray(offset, offset + piece)));
  parser.finish();
  return found;
}

describe("a range of frames", () => {
  const picture = new Uint8Array([1, 10, 123, 0, 10, 255]);
  const whole = body([
    head(4, 6),
    picture,
    '{"seq":5,"damaged":"a block is damaged"}\n',
    head(6, 0),
    head(7, 6),
    picture,
  ]);

  it("reads the same wherever the network cut it", () => {
    const expected = read(whole, whole.length);
    expect(
      expected.map((framed) => (framed.kind === "frame" ? framed.head.seq : `damaged ${framed.seq}`)),
    ).toEqual([4, "damaged 5", 6, 7]);
    for (let piece = 1; piece < whole.length; piece++) expect(read(whole, piece)).toEqual(expected);
  });

  it("keeps bytes that look like lines", () => {
    const [first] = read(whole, 3);
    expect(first?.kind === "frame" ? [...first.body] : null).toEqual([...picture]);
  });

  it("that ends within a frame is an error, wherever it ends", () => {
    const frame = body([head(4, 6), picture]);
    for (let end = 1; end < frame.length; end++) {
      const parser = new FrameParser();
      parser.push(frame.subarray(0, end));
      expect(() => parser.finish()).toThrow(FramingError);
    }
  });

  it.each([
    ["not JSON", "GIF89a\n"],
    ["no number", '{"type":"image/png","bytes":1,"sha256":"00"}\n'],
    ["a negative length", '{"seq":1,"type":"image/png","bytes":-1,"sha256":"00"}\n'],
    ["a length beyond any frame", '{"seq":1,"type":"image/png","bytes":1e12,"sha256":"00"}\n'],
    ["no digest", '{"seq":1,"type":"image/png","bytes":1}\n'],
    ["an endless line", "x".repeat(100_000)],
  ])("with %s is refused", (_, text) => {
    expect(() => new FrameParser().push(bytes(text))).toThrow(FramingError);
  });
});
