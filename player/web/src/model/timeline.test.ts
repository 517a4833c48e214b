import { describe, expect, it } from "vitest";
import { damagedSpans, gaps, only, shownAt, stepped, timelineOf, usualInterval } from "./timeline";
import { emptyTrack, extended } from "./track";

const track = (
  stream: number,
  rows: [seq: number, at: number][],
  damaged: { first: number; last: number; why: string }[] = [],
) =>
  extended(emptyTrack(stream), {
    seq: rows.map(([seq]) => seq),
    at: rows.map(([, at]) => at),
    bytes: rows.map(() => 100),
    type: rows.map(() => 0),
    types: ["image/png"],
    cut: [],
    damaged,
  });

describe("a timeline", () => {
  const left = track(0, [
    [1, 1000],
    [2, 3000],
    [3, 5000],
  ]);
  const right = track(1, [
    [1, 2000],
    [2, 3000],
    [3, 6000],
  ]);
  const both = timelineOf([left, right]);

  it("aligns streams by their instants", () => {
    expect(both.instants).toEqual([1000, 2000, 3000, 5000, 6000]);
    expect([both.start, both.end]).toEqual([1000, 6000]);
    const seqs = (at: number) => [...shownAt(both, at).values()].map((frame) => frame?.seq ?? null);
    expect(seqs(1500)).toEqual([1, null]);
    expect(seqs(3000)).toEqual([2, 2]);
    expect(seqs(5500)).toEqual([3, 2]);
  });

  it("steps over every stream's frames, held at either end", () => {
    expect(stepped(both, 1000, 1)).toBe(2000);
    expect(stepped(both, 3500, 1)).toBe(5000);
    expect(stepped(both, 3500, -1)).toBe(2000);
    expect(stepped(both, 6000, 1)).toBe(6000);
    expect(stepped(both, 1000, -1)).toBe(1000);
  });

  it("steps over one stream's frames when it is shown alone", () => {
    expect(only(both, [0]).instants).toEqual([1000, 3000, 5000]);
    expect(only(both, [0, 1])).toBe(both);
  });

  it("knows how often was captured, and where nothing was", () => {
    const rows = Array.from({ length: 10 }, (_, n): [number, number] => [n, n * 3000 + (n > 5 ? 60_000 : 0)]);
    const timeline = timelineOf([track(0, rows)]);
    expect(usualInterval(timeline)).toBe(3000);
    expect(gaps(timeline)).toEqual([{ from: 15_000, to: 78_000 }]);
  });

  it("without a frame has no length", () => {
    const empty = timelineOf([emptyTrack(0)]);
    expect([empty.start, empty.end, stepped(empty, 7, 1)]).toEqual([0, 0, 7]);
  });

  it("marks damage from its first frame to the next sound one, or to the end", () => {
    const hurt = track(
      0,
      [
        [1, 1000],
        [2, 2000],
        [3, 3000],
        [4, 4000],
      ],
      [
        { first: 2, last: 2, why: "x" },
        { first: 4, last: 4, why: "x" },
      ],
    );
    expect(damagedSpans(hurt, 5000)).toEqual([
      { from: 2000, to: 3000 },
      { from: 4000, to: 5000 },
    ]);
  });
});
