import { describe, expect, it } from "vitest";
import { advanced, atPlayed, idleSpans, paceOf, paintedInstants, playedAt } from "./pace";
import { timelineOf } from "./timeline";
import { emptyTrack, extended } from "./track";

/** Frames 3 s apart, of these lengths. */
const session = (bytes: number[]) =>
  timelineOf([
    extended(emptyTrack(0), {
      seq: bytes.map((_, n) => n + 1),
      at: bytes.map((_, n) => 1_000_000 + n * 3000),
      bytes,
      type: bytes.map(() => 0),
      types: ["image/png"],
      cut: [],
      damaged: [],
    }),
  ]);

describe("playing", () => {
  const timeline = session([10, 20, 30, 40, 50]);

  it("moves as the clock does, times the speed", () => {
    const pace = paceOf(timeline, false);
    expect(advanced(pace, 1_000_000, 1000, 1)).toBe(1_001_000);
    expect(advanced(pace, 1_000_000, 500, 16)).toBe(1_008_000);
    expect(advanced(pace, 1_000_000, 1000, 0.25)).toBe(1_000_250);
  });

  it("ends at the last frame", () => {
    expect(advanced(paceOf(timeline, false), 1_011_000, 60_000, 16)).toBe(1_012_000);
  });

  it("comes back to where it was through played time and back", () => {
    const pace = paceOf(session([10, 10, 10, 10, 20, 30, 30, 30]), true);
    for (const at of [1_000_000, 1_004_321, 1_012_000, 1_015_500, 1_021_000]) {
      expect(atPlayed(pace, playedAt(pace, at))).toBeCloseTo(at, 6);
    }
  });

  it("passes a stretch without change in a second", () => {
    const still = session([10, 20, 20, 20, 20, 20, 30]);
    expect(idleSpans(still)).toEqual([{ from: 1_003_000, to: 1_015_000 }]);
    const pace = paceOf(still, true);
    expect(playedAt(pace, 1_015_000) - playedAt(pace, 1_003_000)).toBeCloseTo(1000);
    expect(playedAt(pace, 1_003_000)).toBe(3000);
  });

  it("passes a gap in the capture quicker too", () => {
    const rows = [0, 3, 6, 9, 3609, 3612].map((s) => s * 1000 + 1000);
    const gap = timelineOf([
      extended(emptyTrack(0), {
        seq: rows.map((_, n) => n),
        at: rows,
        bytes: rows.map((_, n) => n),
        type: rows.map(() => 0),
        types: ["image/png"],
        cut: [],
        damaged: [],
      }),
    ]);
    expect(idleSpans(gap)).toEqual([{ from: 10_000, to: 3_610_000 }]);
  });

  it("takes a change in any stream for a change", () => {
    const still = session([20, 20, 20, 20, 20]).tracks[0];
    const moving = session([10, 20, 30, 40, 50]).tracks[0];
    if (still === undefined || moving === undefined) throw new Error("two tracks");
    expect(idleSpans(timelineOf([still, { ...moving, stream: 1 }]))).toEqual([]);
  });

  it("paints every frame of screenshots seconds apart even at 16×", () => {
    expect(paintedInstants(paceOf(timeline, false), 16)).toEqual(timeline.instants);
  });

  it("paints no more frames in a second than can be seen, and always the last", () => {
    const still = session(Array.from({ length: 200 }, () => 20));
    const painted = paintedInstants(paceOf(still, true), 16);
    expect(painted.length).toBeLessThan(10);
    expect(painted[0]).toBe(still.start);
    expect(painted.at(-1)).toBe(still.end);
  });

  it("never passes over where damage begins", () => {
    const still = session(Array.from({ length: 200 }, () => 20));
    const pace = paceOf(still, true);
    const damage = still.instants[77] as number;
    expect(paintedInstants(pace, 16)).not.toContain(damage);
    expect(paintedInstants(pace, 16, [damage])).toContain(damage);
    expect(advanced(pace, still.start, 250, 16, [damage])).toBe(damage);
    expect(advanced(pace, damage, 250, 16, [damage])).toBe(still.end);
    expect(advanced(pace, still.start, 1, 1, [damage])).toBeLessThan(damage);
  });
});
