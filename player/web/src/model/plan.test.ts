import { describe, expect, it } from "vitest";
import { paceOf, paintedInstants } from "./pace";
import { type FrameKey, keyText, type Playhead, RANGE, ranges, wanted } from "./plan";
import { timelineOf } from "./timeline";
import { emptyTrack, extended } from "./track";

const track = (stream: number, numbers: number[], every: number, damaged: number[] = []) =>
  extended(emptyTrack(stream), {
    seq: numbers,
    at: numbers.map((seq) => 1000 + seq * every),
    bytes: numbers,
    type: numbers.map(() => 0),
    types: ["image/png"],
    cut: [],
    damaged: damaged.map((seq) => ({ first: seq, last: seq, why: "x" })),
  });

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
const plan = (timeline: ReturnType<typeof timelineOf>, head: Playhead) => {
  const pace = paceOf(timeline, false);
  return wanted(timeline, pace, paintedInstants(pace, head.speed), head);
};
const rest = (at: number): Playhead => ({ at, playing: false, speed: 1, direction: 1, stepping: false });
const play = (at: number, speed: number): Playhead => ({ ...rest(at), playing: true, speed });
const seqs = ({ keys }: { keys: readonly FrameKey[] }, stream = 0) =>
  keys.filter((key) => key.stream === stream).map((key) => key.seq);

describe("what is had ready", () => {
  const timeline = timelineOf([track(0, upTo(100), 3000)]);
  const at = (seq: number) => 1000 + seq * 3000;

  it("at rest is what is shown, then its neighbours, more of them ahead", () => {
    expect(seqs(plan(timeline, rest(at(50))))).toEqual([50, 51, 49, 52, 48, 53, 47, 54, 46, 55, 56, 57, 58]);
    const back = plan(timeline, { ...rest(at(50)), direction: -1 });
    expect(seqs(back).slice(0, 4)).toEqual([50, 49, 51, 48]);
    expect(Math.min(...seqs(back))).toBe(42);
  });

  it("at rest is asked for as soon as anything of it is lacking", () => {
    const { keys, low } = plan(timeline, rest(at(50)));
    expect(low).toBe(keys.length);
  });

  it("stepping is a whole range beyond the few frames that must not run short", () => {
    const stepping = plan(timeline, { ...rest(at(50)), stepping: true });
    expect(seqs(stepping)).toEqual(upTo(16).map((n) => n + 50));
    expect(stepping.low).toBe(5);
    const back = plan(timeline, { ...rest(at(50)), stepping: true, direction: -1 });
    expect(seqs(back)).toEqual(upTo(16).map((n) => 50 - n));
  });

  it("playing is what the next seconds paint, and a whole range beyond what must not run short", () => {
    const keys = plan(timeline, play(at(10), 16));
    // A second and a half are eight frames, and one that comes right after; then what makes a range with the last of them.
    expect(keys.low).toBe(10);
    expect(seqs(keys)).toEqual(upTo(21).map((n) => n + 10));
  });

  it("playing slowly still has the next frame ready", () => {
    const slow = plan(timeline, play(at(10), 0.25));
    expect(slow.low).toBe(2);
    expect(seqs(slow)).toEqual(upTo(13).map((n) => n + 10));
  });

  it("playing on asks once for each range, not once for each frame", () => {
    const there = new Set<string>();
    let requests = 0;
    for (let seq = 0; seq < 96; seq++) {
      const { keys, low } = plan(timeline, play(at(seq), 16));
      const lacks = (key: FrameKey) => !there.has(keyText(key));
      if (!keys.slice(0, low).some(lacks)) continue;
      requests += ranges(keys.filter(lacks), RANGE).length;
      for (const key of keys) there.add(keyText(key));
    }
    expect(requests).toBeLessThanOrEqual(100 / RANGE + 1);
  });

  it("leaves damaged frames out and stops at the ends", () => {
    const hurt = timelineOf([track(0, upTo(4), 3000, [1])]);
    expect(seqs(plan(hurt, rest(at(0))))).toEqual([0, 2, 3]);
  });

  it("is bounded in bytes, but never less than the next frame", () => {
    const large = track(0, upTo(20), 3000);
    const frames = large.frames.map((frame) => ({ ...frame, bytes: 20 * 1024 * 1024 }));
    expect(seqs(plan(timelineOf([{ ...large, frames }]), rest(at(5))))).toEqual([5, 6]);
  });

  it("serves every stream", () => {
    const two = timelineOf([track(0, upTo(20), 3000), track(3, upTo(20), 3000)]);
    const keys = plan(two, rest(at(5)));
    expect(seqs(keys, 3)).toEqual(seqs(keys, 0));
    expect(keys.keys.slice(0, 2).map((key) => key.stream)).toEqual([0, 3]);
  });
});

describe("ranges", () => {
  const keys = (stream: number, numbers: number[]) => numbers.map((seq) => ({ stream, seq }));

  it("hold no more numbers than asked for, the most urgent first", () => {
    expect(ranges(keys(0, [9, 10, 11, 12, 13, 8, 7]), 4)).toEqual([
      { stream: 0, first: 7, last: 10 },
      { stream: 0, first: 11, last: 13 },
    ]);
    expect(ranges(keys(0, [15, 3]), 8).map((range) => range.first)).toEqual([15, 3]);
  });

  it("take in a frame that nobody asked for only where that saves a request", () => {
    expect(ranges(keys(0, [2, 4]), 8)).toEqual([{ stream: 0, first: 2, last: 4 }]);
    expect(ranges(keys(0, [2, 5]), 8)).toHaveLength(2);
  });

  it("don't ask again for what is there", () => {
    expect(ranges(keys(0, [2, 4]), 8, (key) => key.seq === 3)).toHaveLength(2);
  });

  it("stay within a stream", () => {
    expect(ranges([...keys(0, [1]), ...keys(1, [2])], 8)).toHaveLength(2);
  });
});
