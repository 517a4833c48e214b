import { describe, expect, it } from "vitest";
import { gaps, only, shownAt, stepped, timelineOf, usualInterval } from "./timeline";
import { emptyTrack, extended } from "./track";

const track = (stream: number, rows: [seq: number, at: number][]) =>
  extended(emptyTrack(stream), {
    seq: rows.map(([seq]) => seq),
    at: rows.map(([, at]) => at),
    bytes: rows.map(() => 100),
    type: rows.map(() => 0),
    types: ["image/png"],
    cut: [],
    damaged: [],
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

  it("steps onto each of several frames of the same millisecond", () => {
    const burst = timelineOf([
      track(0, [
        [1, 1_793_000_000_000],
        [2, 1_793_000_000_000],
        [3, 1_793_000_000_000],
        [4, 1_793_000_000_001],
      ]),
    ]);
    let at = burst.start;
    const seen = [];
    for (let n = 0; n < 4; n++) {
      seen.push(shownAt(burst, at).get(0)?.seq);
      at = stepped(burst, at, 1);
    }
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it("is not stretched by a stream of which no instant is known", () => {
    const lost = extended(emptyTrack(1, { start: 0, end: 90_000 }), {
      seq: [],
      at: [],
      bytes: [],
      type: [],
      types: [],
      cut: [],
      damaged: [{ first: 1, last: 3, why: "x" }],
    });
    const timeline = timelineOf([left, lost]);
    expect([timeline.start, timeline.end]).toEqual([1000, 5000]);
    expect(timeline.tracks[1]?.frames.map((frame) => frame.at)).toEqual([1000, 3000, 5000]);
    expect(timelineOf([lost]).start).toBe(0);
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
});
