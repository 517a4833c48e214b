import { describe, expect, it } from "vitest";
import { askAfter, emptyTrack, extended, type IndexPage, placeAt } from "./track";

const page = (rows: [seq: number, at: number][], more: Partial<IndexPage> = {}): IndexPage => ({
  seq: rows.map(([seq]) => seq),
  at: rows.map(([, at]) => at),
  bytes: rows.map(() => 100),
  type: rows.map(() => 0),
  types: ["image/png"],
  cut: [],
  damaged: [],
  ...more,
});

const numbers = (track: ReturnType<typeof emptyTrack>) => track.frames.map((frame) => frame.seq);

describe("a track", () => {
  it("finds the frame that was on the screen at an instant", () => {
    const track = extended(
      emptyTrack(0),
      page([
        [1, 1000],
        [2, 2000],
        [3, 3000],
      ]),
    );
    expect(placeAt(track, 999)).toBe(-1);
    expect(placeAt(track, 1000)).toBe(0);
    expect(placeAt(track, 2999)).toBe(1);
    expect(placeAt(track, 90_000)).toBe(2);
  });

  it("orders frames by their instants though a late one arrived after the others", () => {
    const first = extended(
      emptyTrack(0),
      page([
        [1, 1000],
        [3, 3000],
      ]),
    );
    const then = extended(first, page([[2, 2000]]));
    expect(numbers(then)).toEqual([1, 2, 3]);
    expect(then.places.get(3)).toBe(2);
  });

  it("is the same object when a page tells nothing new", () => {
    const track = extended(
      emptyTrack(0),
      page(
        [
          [1, 1000],
          [2, 0],
        ],
        { damaged: [{ first: 2, last: 2, why: "x" }] },
      ),
    );
    expect(
      extended(
        track,
        page(
          [
            [1, 1000],
            [2, 0],
          ],
          { damaged: [{ first: 2, last: 2, why: "x" }] },
        ),
      ),
    ).toBe(track);
  });

  it("gives a damaged frame without an instant one between its neighbours", () => {
    const damaged = [{ first: 2, last: 3, why: "the object is missing" }];
    const track = extended(
      emptyTrack(0),
      page(
        [
          [1, 1000],
          [2, 0],
          [3, 0],
          [4, 4000],
        ],
        { damaged },
      ),
    );
    expect(track.frames.map((frame) => frame.at)).toEqual([1000, 2000, 3000, 4000]);
    expect(track.frames.map((frame) => frame.damaged)).toEqual([
      null,
      "the object is missing",
      "the object is missing",
      null,
    ]);
    expect(track.frames.map((frame) => frame.captured)).toEqual([1000, null, null, 4000]);
  });

  it("keeps damaged frames of which the index has only the range, each in a place of its own at either end too", () => {
    const damaged = [
      { first: 1, last: 2, why: "head" },
      { first: 5, last: 6, why: "tail" },
    ];
    const rows: [number, number][] = [
      [3, 13_000],
      [4, 16_000],
    ];
    const track = extended(emptyTrack(0), page(rows, { damaged }));
    expect(numbers(track)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(track.frames.map((frame) => frame.at)).toEqual([7_000, 10_000, 13_000, 16_000, 19_000, 22_000]);
  });

  it("keeps what it guesses within the session's bounds", () => {
    const damaged = [
      { first: 1, last: 2, why: "head" },
      { first: 5, last: 6, why: "tail" },
    ];
    const rows: [number, number][] = [
      [3, 13_000],
      [4, 16_000],
    ];
    const track = extended(emptyTrack(0, { start: 11_000, end: 17_000 }), page(rows, { damaged }));
    expect(track.frames.map((frame) => frame.at)).toEqual([11_000, 12_000, 13_000, 16_000, 16_500, 17_000]);
    // Bounds that the instants contradict say nothing.
    const wrong = extended(emptyTrack(0, { start: 20_000, end: 15_000 }), page(rows, { damaged }));
    expect(wrong.frames.map((frame) => frame.at)).toEqual([7_000, 10_000, 13_000, 16_000, 19_000, 22_000]);
  });

  it("lies within the session though nothing of it can be read", () => {
    const damaged = [{ first: 1, last: 3, why: "all" }];
    const track = extended(emptyTrack(0, { start: 50_000, end: 51_000 }), page([], { damaged }));
    expect(track.frames.map((frame) => frame.at)).toEqual([50_000, 50_500, 51_000]);
    const open = extended(emptyTrack(0, { start: 50_000, end: null }), page([], { damaged }));
    expect(open.frames.map((frame) => frame.at)).toEqual([50_000, 51_000, 52_000]);
  });

  it("gives frames of the same millisecond places of their own, and remembers their instants", () => {
    const now = 1_793_000_000_000;
    const track = extended(
      emptyTrack(0),
      page([
        [1, now],
        [2, now],
        [3, now],
        [4, now + 1],
      ]),
    );
    const places = track.frames.map((frame) => frame.at);
    expect(new Set(places).size).toBe(4);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const [n, at] of places.entries()) expect(placeAt(track, at)).toBe(n);
    expect(track.frames.map((frame) => frame.captured)).toEqual([now, now, now, now + 1]);
  });

  it("remembers an instant that damage found later hides", () => {
    const rows: [number, number][] = [
      [1, 1000],
      [2, 2500],
      [3, 3000],
    ];
    const damaged = [{ first: 2, last: 2, why: "x" }];
    const before = extended(emptyTrack(0), page(rows));
    const after = extended(before, page([[2, 0]], { damaged }));
    expect(after.frames[1]).toMatchObject({ seq: 2, at: 2500, captured: 2500, damaged: "x" });
  });

  it("flags frames that were cut before they were sent", () => {
    const track = extended(
      emptyTrack(0),
      page(
        [
          [1, 1000],
          [2, 2000],
        ],
        { cut: [2] },
      ),
    );
    expect(track.frames.map((frame) => frame.cut)).toEqual([false, true]);
  });

  it("asks an open session again for what may still fill a hole", () => {
    expect(askAfter(emptyTrack(0))).toBe(-1);
    const whole = extended(
      emptyTrack(0),
      page([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
    );
    expect(askAfter(whole)).toBe(3);
    expect(
      askAfter(
        extended(
          whole,
          page([
            [5, 5],
            [6, 6],
          ]),
        ),
      ),
    ).toBe(3);
  });
});
