import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer, Problem } from "../../api/problem";
import type { FrameKey } from "../../model/plan";
import type { FromWorker, Wishes } from "../messages";

const server = vi.hoisted(() => ({
  frame: vi.fn(),
  frames: vi.fn(),
}));
vi.mock("../../api/content", () => server);

const { Loader } = await import("./loader");

const OPENED = { session: "s", grant: "g" };
const key = (seq: number): FrameKey => ({ stream: 0, seq });
const keys = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => key(first + n));
const wishes = (part: Partial<Wishes>): Wishes => {
  const soon = part.soon ?? [];
  return { now: [], soon, near: soon, decode: [], small: [], fetchSmall: false, received: 0, ...part };
};

/** What the server keeps of a frame: a text that names it. */
const bytesOf = (seq: number) => new TextEncoder().encode(`frame ${seq}`);
async function hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
const problem = (part: Partial<Problem>): Answer<never> => ({
  ok: false,
  problem: { kind: "unexpected", status: 500, detail: null, retryAfterSeconds: null, ...part },
});

async function one(seq: number) {
  const bytes = bytesOf(seq);
  return { ok: true, value: { bytes: bytes.buffer, type: "image/png", sha256: await hex(bytes) } };
}

/** A range's answer, a piece for each frame, as a slow network brings it. */
async function range(first: number, last: number) {
  const pieces: Uint8Array[] = [];
  for (let seq = first; seq <= last; seq++) {
    const body = bytesOf(seq);
    const head = { seq, at: 0, type: "image/png", bytes: body.length, sha256: await hex(body) };
    pieces.push(new TextEncoder().encode(`${JSON.stringify(head)}\n`), body);
  }
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  return { ok: true, value: new Response(body) };
}

let said: FromWorker[] = [];
let loader: InstanceType<typeof Loader>;
const asked = () => [
  ...server.frame.mock.calls.map((call) => [call[2], call[2]]),
  ...server.frames.mock.calls.map((call) => [call[2], call[3]]),
];
const pictures = () => said.flatMap((one) => (one.kind === "picture" ? [one.key.seq] : []));
const broken = () => said.flatMap((one) => (one.kind === "broken" ? [[one.key.seq, one.broken]] : []));

const bitmap = () => ({ width: 1, height: 1, close: () => {} }) as unknown as ImageBitmap;
const decode = vi.fn();

beforeEach(() => {
  said = [];
  server.frame.mockReset().mockImplementation((_opened, _stream, seq) => one(seq));
  server.frames.mockReset().mockImplementation((_opened, _stream, first, last) => range(first, last));
  decode.mockReset().mockImplementation(async () => bitmap());
  vi.stubGlobal("createImageBitmap", decode);
  loader = new Loader(OPENED, (message) => said.push(message));
});

afterEach(() => {
  loader.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the loader", () => {
  it("asks once for a single frame", async () => {
    loader.wish(wishes({ now: [key(5)] }));
    await vi.waitFor(() => expect(pictures()).toEqual([5]));
    expect(asked()).toEqual([[5, 5]]);
  });

  it("asks once for a range, however slowly its frames come", async () => {
    const soon = keys(1, 12);
    loader.wish(wishes({ soon, decode: soon }));
    // The page wishes the same again while frames come and are being checked.
    const again = setInterval(() => loader.wish(wishes({ soon, decode: soon })), 0);
    await vi.waitFor(() => expect(pictures()).toHaveLength(12));
    clearInterval(again);
    expect(asked()).toEqual([[1, 12]]);
  });

  it("asks for nothing ahead while what is near is there", async () => {
    const decoded = { decode: keys(1, 3) };
    loader.wish(wishes({ soon: keys(1, 3), ...decoded }));
    await vi.waitFor(() => expect(pictures()).toHaveLength(3));
    loader.wish(wishes({ soon: keys(3, 15), near: keys(3, 3) }));
    expect(asked()).toEqual([[1, 3]]);
    loader.wish(wishes({ soon: keys(3, 15), near: keys(3, 4) }));
    expect(asked()).toEqual([
      [1, 3],
      [4, 15],
    ]);
  });

  it("tells that a frame differs from its digest, and shows nothing of it", async () => {
    server.frame.mockImplementation(async (_opened, _stream, seq) => ({
      ok: true,
      value: { bytes: bytesOf(seq).buffer, type: "image/png", sha256: await hex(bytesOf(seq + 1)) },
    }));
    loader.wish(wishes({ now: [key(5)] }));
    await vi.waitFor(() => expect(broken()).toEqual([[5, "differs"]]));
    expect(pictures()).toEqual([]);
  });

  it("takes a thumbnail that can't be made for no damage", async () => {
    decode.mockRejectedValue(new DOMException("no", "InvalidStateError"));
    loader.wish(wishes({ small: [key(5)], fetchSmall: true }));
    await vi.waitFor(() => expect(decode).toHaveBeenCalled());
    await vi.waitFor(() => expect(asked()).toEqual([[5, 5]]));
    loader.wish(wishes({ small: [key(5)], fetchSmall: true }));
    expect(broken()).toEqual([]);
    loader.wish(wishes({ now: [key(5)] }));
    await vi.waitFor(() => expect(broken()).toEqual([[5, "undecodable"]]));
    expect(asked()).toEqual([[5, 5]]);
  });

  it("makes a thumbnail of what there is of a file that was cut", async () => {
    decode.mockImplementation(async (source: unknown) => {
      if (source instanceof Blob) throw new DOMException("cut", "InvalidStateError");
      return bitmap();
    });
    class Decoder {
      decode = async () => ({ image: { close() {} } });
      close() {}
    }
    vi.stubGlobal("ImageDecoder", Decoder);
    loader.wish(wishes({ small: [key(5)], fetchSmall: true }));
    await vi.waitFor(() => expect(said.some((one) => one.kind === "small")).toBe(true));
    expect(broken()).toEqual([]);
  });
});

describe("after a failure", () => {
  it("of what was fetched ahead, a seek is answered at once", async () => {
    server.frames.mockImplementation(async () => problem({}));
    loader.wish(wishes({ soon: keys(1, 12) }));
    await vi.waitFor(() => expect(said.some((one) => one.kind === "problem")).toBe(true));
    loader.wish(wishes({ now: [key(70)] }));
    await vi.waitFor(() => expect(pictures()).toEqual([70]));
  });

  it("of a range, its frames are asked for one by one when it is tried again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    server.frames.mockImplementation(async () => problem({}));
    loader.wish(wishes({ soon: keys(1, 3), decode: keys(1, 3) }));
    await vi.advanceTimersByTimeAsync(999);
    expect(server.frame).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    await vi.waitFor(() => expect(pictures().sort()).toEqual([1, 2, 3]));
    expect(server.frames).toHaveBeenCalledTimes(1);
    expect(server.frame.mock.calls.map((call) => call[2])).toEqual([1, 2, 3]);
  });

  it("a frame is tried again by itself, another one at once", async () => {
    server.frame.mockImplementation(async (_opened, _stream, seq) => (seq === 5 ? problem({}) : one(seq)));
    loader.wish(wishes({ now: [key(5)] }));
    await vi.waitFor(() => expect(said.some((one) => one.kind === "problem")).toBe(true));
    loader.wish(wishes({ now: [key(5)] }));
    expect(asked()).toHaveLength(1);
    loader.wish(wishes({ now: [key(6)] }));
    await vi.waitFor(() => expect(pictures()).toEqual([6]));
  });

  it("a server that asks to be left alone is left alone", async () => {
    server.frames.mockImplementation(async () =>
      problem({ kind: "unavailable", status: 503, retryAfterSeconds: 30 }),
    );
    loader.wish(wishes({ soon: keys(1, 12) }));
    await vi.waitFor(() => expect(said.some((one) => one.kind === "problem")).toBe(true));
    loader.wish(wishes({ now: [key(70)] }));
    expect(asked()).toEqual([[1, 12]]);
  });

  it("that is final nothing is asked for any more", async () => {
    server.frame.mockImplementation(async () => problem({ kind: "grant-expired", status: 403 }));
    loader.wish(wishes({ now: [key(5)] }));
    await vi.waitFor(() => expect(said.some((one) => one.kind === "problem")).toBe(true));
    loader.wish(wishes({ now: [key(6)] }));
    expect(asked()).toEqual([[5, 5]]);
  });
});
