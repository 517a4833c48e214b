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
    expect(track.frames[1]?.estimated).toBe(true);
  });

  it("keeps damaged frames of which the index has only the range, at either end too", () => {
    const damaged = [
      { first: 1, last: 2, why: "head" },
      { first: 4, last: 5, why: "tail" },
    ];
    const track = extended(emptyTrack(0), page([[3, 3000]], { damaged }));
    expect(numbers(track)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(track.frames.map((frame) => frame.at))).toEqual(new Set([3000]));
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
