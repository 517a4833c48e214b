import { describe, expect, it } from "vitest";
import { stripOf } from "./strip";
import { emptyTrack, extended } from "./track";

const frames = (count: number) =>
  extended(emptyTrack(0), {
    seq: Array.from({ length: count }, (_, n) => n),
    at: Array.from({ length: count }, (_, n) => 1000 + n * 3000),
    bytes: Array.from({ length: count }, () => 1),
    type: Array.from({ length: count }, () => 0),
    types: ["image/png"],
    cut: [],
    damaged: [],
  });

const seqs = (strip: ReturnType<typeof stripOf>) => strip.frames.map((frame) => frame.seq);

describe("a film strip", () => {
  const track = frames(1000);
  const at = (seq: number) => 1000 + seq * 3000;

  it("of every frame has the playhead in the middle, and at the ends what there is", () => {
    expect(seqs(stripOf(track, at(500), 0, 5))).toEqual([498, 499, 500, 501, 502]);
    expect(seqs(stripOf(track, at(0), 0, 5))).toEqual([0, 1, 2, 3, 4]);
    expect(seqs(stripOf(track, at(999), 0, 5))).toEqual([995, 996, 997, 998, 999]);
    expect(stripOf(track, at(500), 0, 5).here).toBe(2);
  });

  it("by steps stands still while the playhead moves within one", () => {
    const before = seqs(stripOf(track, at(500), 60_000, 5));
    expect(before).toEqual([460, 480, 500, 520, 540]);
    expect(seqs(stripOf(track, at(515), 60_000, 5))).toEqual(before);
  });

  it("of the whole session goes from its first frame to its last", () => {
    const whole = stripOf(track, at(300), null, 11);
    expect(seqs(whole)).toHaveLength(11);
    expect(seqs(whole)[0]).toBe(0);
    expect(seqs(whole).at(-1)).toBe(999);
    expect(whole.here).toBe(3);
  });

  it("shows no frame twice where there are few", () => {
    expect(seqs(stripOf(frames(3), at(1), 0, 9))).toEqual([0, 1, 2]);
    expect(seqs(stripOf(frames(3), at(1), null, 9))).toEqual([0, 1, 2]);
    expect(stripOf(emptyTrack(0), 0, 0, 9)).toEqual({ frames: [], here: -1 });
  });
});
