import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../api/problem";
import type { SessionState, StreamIndex } from "../api/types";
import type { Track } from "../model/track";

const server = vi.hoisted(() => ({ streamIndex: vi.fn() }));
vi.mock("../api/content", () => server);

const { IndexFeed } = await import("./feed");

const page = (state: SessionState, numbers: number[], damaged: number[] = []): StreamIndex => ({
  state,
  seq: numbers,
  at: numbers.map((seq) => (damaged.includes(seq) ? 0 : seq * 1000)),
  bytes: numbers.map(() => 1),
  type: numbers.map(() => 0),
  types: ["image/png"],
  cut: [],
  damaged: damaged.map((seq) => ({ first: seq, last: seq, why: "x" })),
});
const answered = (value: StreamIndex) => ({ ok: true, value });
const refused = (kind: Problem["kind"], status: number) => ({
  ok: false,
  problem: { kind, status, detail: "why", retryAfterSeconds: null },
});

const OPENED = { session: "s", grant: "g" };
const BOUNDS = { start: null, end: null };
const part = (stream: number) => ({ stream, first: 0, last: Number.POSITIVE_INFINITY });
const asked = () => server.streamIndex.mock.calls.map((call) => [call[1], call[2]]);

let tracks: readonly Track[] = [];
let states: SessionState[] = [];
let problems: Problem[] = [];
let unreadable: [number, string | null][] = [];
let feed: InstanceType<typeof IndexFeed>;
const start = (...streams: number[]) => {
  feed = new IndexFeed(OPENED, streams.map(part), BOUNDS, {
    tracks: (now) => {
      tracks = now;
    },
    state: (now) => states.push(now),
    failed: (problem) => problems.push(problem),
    unreadable: (stream, detail) => unreadable.push([stream, detail]),
  });
};
const passed = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  [tracks, states, problems, unreadable] = [[], [], [], []];
  server.streamIndex.mockReset();
  vi.useFakeTimers();
  vi.stubGlobal("document", { hidden: false });
});

afterEach(() => {
  feed.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What the server answers from now on, by stream. */
const serves = (answers: Record<number, unknown>) =>
  server.streamIndex.mockImplementation(async (_opened, stream: number) => answers[stream]);

describe("the feed", () => {
  it("asks once for what the server answers at once, and goes on while the session is open", async () => {
    serves({ 0: answered(page("open", [1, 2, 3])) });
    start(0);
    await passed(0);
    expect(asked()).toEqual([[0, null]]);
    await passed(2_000);
    expect(asked()).toEqual([
      [0, null],
      [0, 3],
    ]);
    expect(tracks[0]?.frames).toHaveLength(3);
  });

  it("goes on until every stream says that the session is sealed", async () => {
    serves({ 0: answered(page("open", [1])), 1: answered(page("open", [1])) });
    start(0, 1);
    await passed(0);
    serves({ 0: answered(page("sealed", [1])), 1: answered(page("open", [1])) });
    await passed(2_000);
    expect(states).toEqual(["open", "open"]);
    serves({ 0: answered(page("sealed", [1])), 1: answered(page("sealed", [1, 2])) });
    await passed(2_000);
    expect(states.at(-1)).toBe("sealed");
    expect(tracks[1]?.frames).toHaveLength(2);
  });

  it("reads a session that was sealed meanwhile once more as a whole: packing may have found damage", async () => {
    serves({ 0: answered(page("open", [1, 2])) });
    start(0);
    await passed(0);
    server.streamIndex.mockImplementation(async (_opened, _stream, after) =>
      answered(after === null ? page("sealed", [1, 2], [1]) : page("sealed", [])),
    );
    await passed(2_000);
    expect(asked().slice(1)).toEqual([
      [0, 2],
      [0, null],
    ]);
    expect(tracks[0]?.frames.map((frame) => frame.damaged)).toEqual(["x", null]);
    await passed(60_000);
    expect(asked()).toHaveLength(3);
  });

  it("takes a damaged index for final, and the other streams go on", async () => {
    serves({ 0: refused("frame-damaged", 500), 1: answered(page("open", [1])) });
    start(0, 1);
    await passed(0);
    expect(unreadable).toEqual([[0, "why"]]);
    expect(problems).toEqual([]);
    expect(tracks[1]?.frames).toHaveLength(1);
    await passed(2_000);
    expect(asked().map(([stream]) => stream)).toEqual([0, 1, 1]);
  });

  it("asks for nothing more when no stream can be read", async () => {
    serves({ 0: refused("frame-damaged", 500) });
    start(0);
    await passed(60_000);
    expect(asked()).toHaveLength(1);
    expect(tracks).toHaveLength(1);
  });

  it("tries again after a failure, later each time", async () => {
    serves({ 0: refused("unreachable", 502) });
    start(0);
    await passed(1_999);
    expect(asked()).toHaveLength(1);
    await passed(1);
    expect(asked()).toHaveLength(2);
    await passed(4_999);
    expect(asked()).toHaveLength(2);
    serves({ 0: answered(page("sealed", [1])) });
    await passed(1);
    expect(problems).toHaveLength(2);
    expect(states).toEqual(["sealed"]);
  });

  it("asks for nothing while nobody is there, and at once when somebody is again", async () => {
    serves({ 0: answered(page("open", [1])) });
    start(0);
    await passed(0);
    feed.rest(true);
    await passed(600_000);
    expect(asked()).toHaveLength(1);
    feed.rest(false);
    await passed(0);
    expect(asked()).toHaveLength(2);
    await passed(2_000);
    expect(asked()).toHaveLength(3);
  });
});
