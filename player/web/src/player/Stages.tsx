//! All screens side by side, or one alone, as large as the room allows.

import { useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/language";
import { columnsFor } from "../model/layout";
import type { Size } from "../model/zoom";
import type { PlayerProps } from "./Player";
import { Stage } from "./Stage";
import css from "./Stages.module.css";
import type { PlayerState } from "./state";
import { usePlayerState } from "./useEngine";

const GAP = 8;
const CAPTION = 32;
/** Until a stream's first frame is decoded. */
const USUAL: Size = { width: 1920, height: 1080 };
/** What the page needs above and below for its own head and for the player's controls. */
const OTHER = 380;
const LEAST = 220;

export function Stages({ engine, names, full }: PlayerProps & { full: boolean }) {
  const words = useWords().player;
  const timeline = usePlayerState(engine, (state) => state.timeline);
  const alone = usePlayerState(engine, (state) => state.alone);
  const sizes = useSizes(usePlayerState(engine, (state) => state.showing));
  const [list, room] = useRoom(full);
  const streams = timeline.tracks
    .map((track) => track.stream)
    .filter((stream) => alone === null || alone === stream);
  const pictures = streams.map((stream) => sizes.get(stream) ?? USUAL);
  const columns = columnsFor(pictures, room, GAP);
  const rows = Math.ceil(streams.length / columns);
  const width = (room.width - GAP * (columns - 1)) / columns;
  const tallest = Math.max(...pictures.map((picture) => (width * picture.height) / picture.width));
  const most = (room.height - GAP * (rows - 1)) / rows - CAPTION;
  const height = Math.floor(full ? most : Math.min(tallest, most));
  return (
    <ul
      ref={list}
      className={css.stages}
      aria-label={words.screens}
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {streams.map((stream) => (
        <li key={stream}>
          <Stage
            engine={engine}
            stream={stream}
            name={names.get(stream) ?? ""}
            height={height}
            several={names.size > 1}
          />
        </li>
      ))}
    </ul>
  );
}

/** The room that there is for pictures: the list's width, and what the window has left in height. */
function useRoom(full: boolean): [React.RefObject<HTMLUListElement | null>, Size] {
  const list = useRef<HTMLUListElement>(null);
  const [room, setRoom] = useState<Size>({ width: 960, height: 540 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const measure = () => {
      const height = full ? element.clientHeight : Math.max(innerHeight - OTHER, LEAST);
      setRoom((before) =>
        before.width === element.clientWidth && before.height === height
          ? before
          : { width: element.clientWidth, height },
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      removeEventListener("resize", measure);
    };
  }, [full]);
  return [list, room];
}

/** Each stream's picture size; while a frame is fetched, that of the one before. */
function useSizes(showing: PlayerState["showing"]): ReadonlyMap<number, Size> {
  const [sizes, setSizes] = useState<ReadonlyMap<number, Size>>(new Map());
  const news = [...showing].filter(([stream, one]) => {
    const before = sizes.get(stream);
    return one.kind === "exact" && (before?.width !== one.width || before.height !== one.height);
  });
  if (news.length > 0) {
    const next = new Map(sizes);
    for (const [stream, one] of news)
      if (one.kind === "exact") next.set(stream, { width: one.width, height: one.height });
    setSizes(next);
    return next;
  }
  return sizes;
}
