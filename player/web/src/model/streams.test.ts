import { expect, test } from "vitest";
import type { SessionStream } from "../api/types";
import { contentOf } from "./streams";

function stream(n: number, kind: SessionStream["kind"], frames: number): SessionStream {
  return { n, kind, name: null, frames };
}

test("an attachment is no frame, and a recording is one however many pieces it has", () => {
  const streams = [
    stream(0, "timeline", 96),
    stream(1, "timeline", 4),
    stream(2, "recording", 37),
    stream(3, "attachment", 1),
  ];
  expect(contentOf(streams)).toEqual({ frames: 100, recordings: 1, attachments: 1 });
});

test("a session that has just begun holds nothing", () => {
  expect(contentOf([])).toEqual({ frames: 0, recordings: 0, attachments: 0 });
});
