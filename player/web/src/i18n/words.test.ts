import { expect, test } from "vitest";
import { contentText, streamKind, streamName } from "./content";
import { formatOf } from "./format";
import { wordsOf } from "./language";
import { rangeText, seenText, spanText } from "./range";

function paths(value: unknown, at = ""): string[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => paths(part, `${at}.${key}`));
  }
  return [`${at}: ${typeof value}`];
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

test("both languages say the same things, and each says something", () => {
  expect(paths(wordsOf("de"))).toEqual(paths(wordsOf("en")));
  for (const language of ["de", "en"] as const) {
    expect(texts(wordsOf(language)).filter((text) => text.trim() === "")).toEqual([]);
  }
});

test("numbers and sizes are written as the language writes them", () => {
  expect(wordsOf("en").session.frames(5760)).toBe("5,760 frames");
  expect(wordsOf("de").session.frames(5760)).toBe("5.760 Bilder");
  expect(wordsOf("de").session.frames(1)).toBe("1 Bild");
  expect(formatOf("de").bytes(19_907_825)).toBe("19,9 MB");
  expect(formatOf("en").bytes(999)).toBe("999 bytes");
  expect(formatOf("en").bytes(0)).toBe("0 bytes");
  expect(formatOf("en").bytes(1_000_000)).toBe("1 MB");
});

test("durations name what matters", () => {
  const { duration } = formatOf("en");
  expect(duration(0)).toBe("under a second");
  expect(duration(999)).toBe("under a second");
  expect(duration(1000)).toBe("1 s");
  expect(duration(65_000)).toBe("1 min 5 s");
  expect(duration(600_000)).toBe("10 min");
  expect(duration(3_661_000)).toBe("1 h 1 min");
});

test("a range is said in words, with the API's own numbers", () => {
  const [words, format] = [wordsOf("en"), formatOf("en")];
  expect(rangeText({ stream: null, first: null, last: null }, words, format)).toBe("whole session");
  expect(rangeText({ stream: 0, first: 7, last: 7 }, words, format)).toBe("stream 0, frame 7");
  expect(rangeText({ stream: 1, first: 1, last: 5760 }, words, format)).toBe("stream 1, frames 1–5,760");
  expect(rangeText({ stream: 2, first: null, last: null }, words, format)).toBe("stream 2, all frames");
});

test("several ranges are spelled out as far as one reads them, and the rest is counted", () => {
  const spans = [1, 11, 21, 31, 41, 51].map((first) => ({ first, last: first + 4 }));
  const said = (n: number, language: "de" | "en") =>
    seenText({ stream: 0, spans: spans.slice(0, n) }, wordsOf(language), formatOf(language));
  expect(said(2, "en")).toBe("stream 0, frames 1–5, 11–15");
  expect(said(5, "en")).toBe("stream 0, frames 1–5, 11–15, 21–25, 31–35 and 1 further range");
  expect(said(6, "de")).toBe("Datenstrom 0, Bilder 1–5, 11–15, 21–25, 31–35 und 2 weitere Bereiche");
});

test("from when to when is said as shortly as it is clear", () => {
  const said = (from: string, until: string) => spanText(from, until, wordsOf("en"), formatOf("en"));
  expect(said("2026-11-02T09:15:00Z", "2026-11-02T09:15:30Z")).toBe("2 Nov 2026, 10:15");
  expect(said("2026-11-02T09:15:00Z", "2026-11-02T09:20:00Z")).toBe("2 Nov 2026, 10:15 to 10:20");
  expect(said("2026-11-02T22:59:00Z", "2026-11-02T23:01:00Z")).toBe("2 Nov 2026, 23:59 to 3 Nov 2026, 00:01");
});

test("what a session holds is said as a reader counts it", () => {
  const screens = { n: 0, kind: "timeline", name: null, frames: 96 } as const;
  const manifest = { n: 1, kind: "attachment", name: null, frames: 1 } as const;
  const words = wordsOf("en");
  expect(contentText([screens, manifest], words)).toBe("96 frames, 1 attachment");
  expect(contentText([manifest], words)).toBe("1 attachment");
  expect(contentText([], words)).toBe("0 frames");
  expect(
    [screens, manifest].map((stream) => `${streamName(stream, words)}: ${streamKind(stream, words)}`),
  ).toEqual(["Screen 0: screenshots, 96 frames", "Stream 1: attachment"]);
  expect(streamName({ ...screens, name: "left" }, words)).toBe("left");
});

test("one number is missing, several are", () => {
  const { gap } = wordsOf("de").session;
  expect(gap("Bildschirm 0", "5")).toBe("Bildschirm 0: es fehlt 5");
  expect(gap("Bildschirm 0", "5-9")).toBe("Bildschirm 0: es fehlen 5-9");
  expect(gap("Bildschirm 0", "5, 7")).toBe("Bildschirm 0: es fehlen 5, 7");
});
