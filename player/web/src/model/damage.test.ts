import { describe, expect, it } from "vitest";
import { damagedSpans, damageStarts, NOTHING_FOUND, unshowable, withFound } from "./damage";
import { timelineOf } from "./timeline";
import { emptyTrack, extended, type Frame } from "./track";

const track = (stream: number, damaged: number[]) =>
  extended(emptyTrack(stream), {
    seq: [1, 2, 3, 4],
    at: [1000, 2000, 3000, 4000],
    bytes: [1, 1, 1, 1],
    type: [0, 0, 0, 0],
    types: ["image/png"],
    cut: [],
    damaged: damaged.map((seq) => ({ first: seq, last: seq, why: "x" })),
  });

describe("damage", () => {
  it("lasts from its first frame to the next sound one, or to the end", () => {
    expect(damagedSpans(track(0, [2, 4]), 5000, NOTHING_FOUND)).toEqual([
      { from: 2000, to: 3000 },
      { from: 4000, to: 5000 },
    ]);
  });

  it("found while reading counts like what the index names, for its stream alone", () => {
    const found = withFound(NOTHING_FOUND, { stream: 1, seq: 3 }, { broken: "differs", detail: null });
    expect(damagedSpans(track(1, [2]), 5000, found)).toEqual([{ from: 2000, to: 4000 }]);
    expect(damagedSpans(track(0, [2]), 5000, found)).toEqual([{ from: 2000, to: 3000 }]);
    expect(unshowable(found, 1, track(1, []).frames[2] as Frame)?.broken).toBe("differs");
    expect(unshowable(found, 1, track(1, [2]).frames[1] as Frame)).toEqual({
      broken: "damaged",
      detail: "x",
    });
    expect(withFound(found, { stream: 1, seq: 3 }, { broken: "differs", detail: null })).toBe(found);
  });

  it("begins where any stream goes from sound to damaged", () => {
    const timeline = timelineOf([track(0, [1, 2, 4]), track(1, [4])]);
    expect(damageStarts(timeline, NOTHING_FOUND)).toEqual([1000, 4000]);
  });
});
