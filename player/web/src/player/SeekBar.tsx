//! The time axis: what was captured, where nothing changed, what is damaged, and the playhead on it.

import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { useWords } from "../i18n/language";
import { idleSpans } from "../model/pace";
import { damagedSpans, gaps, instantAt, type Span, type Timeline } from "../model/timeline";
import type { Engine } from "./engine";
import { useInstants } from "./format";
import css from "./SeekBar.module.css";
import { usePlayerState } from "./useEngine";

/** The drawing's width in its own units: spans narrower than one of them are drawn one wide. */
const UNITS = 2_000;

export function SeekBar({ engine }: { engine: Engine }) {
  const words = useWords().player;
  const format = useInstants();
  const bar = useRef<HTMLDivElement>(null);
  const timeline = usePlayerState(engine, (state) => state.timeline);
  const at = usePlayerState(engine, (state) => state.at);
  const [hover, setHover] = useState<number | null>(null);
  const length = Math.max(timeline.end - timeline.start, 1);

  useEffect(() => {
    const place = (instant: number) => {
      const share = Math.min(Math.max((instant - timeline.start) / length, 0), 1);
      bar.current?.style.setProperty("--played", String(share));
    };
    place(engine.snapshot().at);
    return engine.onTick(place);
  }, [engine, timeline, length]);

  const instantOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / Math.max(box.width, 1), 0), 1);
    return timeline.start + share * length;
  };
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    engine.seek(instantOf(event), event.timeStamp);
    engine.scrub(true);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    setHover(instantOf(event));
    if (event.currentTarget.hasPointerCapture(event.pointerId))
      engine.seek(instantOf(event), event.timeStamp);
  };
  const up = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    engine.scrub(false);
    event.currentTarget.releasePointerCapture(event.pointerId);
  };
  // Left and right, Home and End are the player's own keys; a slider also has up and down.
  const key = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    engine.step(event.key === "ArrowUp" ? 1 : -1, event.timeStamp);
  };

  const number = Math.max(instantAt(timeline.instants, at) + 1, 1);
  const shown = words.frameAt(
    format.clock(at),
    format.number(number),
    format.number(timeline.instants.length),
  );
  return (
    <div className={css.seek}>
      <div
        ref={bar}
        className={css.bar}
        role="slider"
        tabIndex={0}
        aria-label={words.position}
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1_000)}
        aria-valuenow={Math.round((at - timeline.start) / 1_000)}
        aria-valuetext={shown}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={() => setHover(null)}
        onKeyDown={key}
      >
        <Axis timeline={timeline} />
        <span className={css.played} />
        <span className={css.head} />
        {hover !== null && (
          <span className={css.hover} style={{ left: `${((hover - timeline.start) / length) * 100}%` }}>
            {format.clock(hover)}
          </span>
        )}
      </div>
      <Legend timeline={timeline} />
    </div>
  );
}

interface Marks {
  idle: readonly Span[];
  gap: readonly Span[];
  damaged: readonly Span[];
}

function useMarks(timeline: Timeline): Marks {
  return useMemo(
    () => ({
      idle: idleSpans(timeline),
      gap: gaps(timeline),
      damaged: timeline.tracks.flatMap((track) => damagedSpans(track, timeline.end)),
    }),
    [timeline],
  );
}

function Axis({ timeline }: { timeline: Timeline }) {
  const marks = useMarks(timeline);
  const path = (spans: readonly Span[]) => pathOf(spans, timeline);
  return (
    <svg
      className={css.axis}
      viewBox={`0 0 ${UNITS} 12`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect className={css.captured} x={0} y={2} width={UNITS} height={8} />
      <path className={css.idle} d={path(marks.idle)} />
      <path className={css.gap} d={path(marks.gap)} />
      <path className={css.damaged} d={path(marks.damaged)} />
    </svg>
  );
}

/** Rectangles from top to bottom; those that would overlap or touch at this width are drawn as one. */
function pathOf(spans: readonly Span[], timeline: Timeline): string {
  const length = Math.max(timeline.end - timeline.start, 1);
  const unit = (at: number) => Math.round(((at - timeline.start) / length) * UNITS);
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  const parts: { from: number; to: number }[] = [];
  for (const span of sorted) {
    const from = unit(span.from);
    // Three units are a pixel or so: the smallest damage must be seen.
    const to = Math.max(unit(span.to), from + 3);
    const last = parts.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else parts.push({ from, to });
  }
  return parts.map(({ from, to }) => `M${from} 2H${to}V10H${from}Z`).join("");
}

function Legend({ timeline }: { timeline: Timeline }) {
  const words = useWords().player;
  const format = useInstants();
  const marks = useMarks(timeline);
  return (
    <div className={css.legend}>
      <span>{format.dated(timeline.start)}</span>
      <ul className={css.marks}>
        {marks.idle.length > 0 && <li data-mark="idle">{words.legend.idle}</li>}
        {marks.gap.length > 0 && <li data-mark="gap">{words.legend.gap}</li>}
        {marks.damaged.length > 0 && <li data-mark="damaged">{words.legend.damaged}</li>}
      </ul>
      <span>{format.dated(timeline.end)}</span>
    </div>
  );
}
