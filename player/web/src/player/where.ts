//! Where the playhead is, in words: the instant, and of each screen the frame's recorded number and its place among all.

import { useMemo } from "react";
import { useWords } from "../i18n/language";
import type { PlayerWords } from "../i18n/player.en";
import { shownAt, type Timeline } from "../model/timeline";
import type { Frame, Track } from "../model/track";
import { type InstantFormat, useInstants } from "./format";

/** `No. 4, 5th of 96` */
export function frameText(track: Track, frame: Frame, words: PlayerWords, format: InstantFormat): string {
  const place = (track.places.get(frame.seq) ?? 0) + 1;
  return words.frameOf(format.number(frame.seq), place, format.number(track.frames.length));
}

export function whereText(
  timeline: Timeline,
  at: number,
  names: ReadonlyMap<number, string>,
  words: PlayerWords,
  format: InstantFormat,
): string {
  const shown = shownAt(timeline, at);
  const frames = timeline.tracks.flatMap((track) => {
    const frame = shown.get(track.stream);
    if (frame == null) return [];
    const text = frameText(track, frame, words, format);
    return [timeline.tracks.length === 1 ? text : words.frameOn(names.get(track.stream) ?? "", text)];
  });
  return [format.clock(at), ...frames].join(", ");
}

/** The same as a function of the instant, in the reader's language. */
export function useWhere(timeline: Timeline, names: ReadonlyMap<number, string>): (at: number) => string {
  const words = useWords().player;
  const format = useInstants();
  return useMemo(
    () => (at: number) => whereText(timeline, at, names, words, format),
    [timeline, names, words, format],
  );
}
