import { expect, test } from "vitest";
import { seenIn } from "./seen";

test("ranges of a stream come together where they touch, and only there", () => {
  const seen = seenIn([
    { stream: 0, first: 33, last: 48 },
    { stream: 0, first: 1, last: 16 },
    { stream: 0, first: 10, last: 20 },
    { stream: 0, first: 21, last: 21 },
  ]);
  expect(seen).toEqual([
    {
      stream: 0,
      spans: [
        { first: 1, last: 21 },
        { first: 33, last: 48 },
      ],
    },
  ]);
});

test("a range within another adds nothing", () => {
  expect(
    seenIn([
      { stream: 0, first: 1, last: 96 },
      { stream: 0, first: 5, last: 9 },
    ])[0]?.spans,
  ).toEqual([{ first: 1, last: 96 }]);
});

test("each stream stands for itself, in order", () => {
  const seen = seenIn([
    { stream: 2, first: 1, last: 1 },
    { stream: 0, first: 7, last: 8 },
  ]);
  expect(seen.map(({ stream }) => stream)).toEqual([0, 2]);
});

test("a record of a whole stream is one of every frame, whatever others name", () => {
  const whole = { stream: 0, first: null, last: null };
  const part = { stream: 0, first: 5, last: 6 };
  for (const ranges of [
    [whole, part],
    [part, whole],
  ]) {
    expect(seenIn(ranges)).toEqual([{ stream: 0, spans: null }]);
  }
});
