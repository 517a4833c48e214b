//! The time axis: what was captured, where nothing changed, what is damaged, and the playhead on it.

import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";
import { useWords } from "../i18n/language";
import type { Span, Timeline } from "../model/timeline";
import { useInstants } from "./format";
import { Legend, MarkList, type Marks, useMarks } from "./Marks";
import type { PlayerProps } from "./Player";
import css from "./SeekBar.module.css";
import { usePlayerState } from "./useEngine";
import { useWhere } from "./where";

/** The drawing's width in its own units: spans narrower than one of them are drawn one wide. */
const UNITS = 2_000;

export function SeekBar({ engine, names }: PlayerProps) {
  const words = useWords().player;
  const format = useInstants();
  const bar = useRef<HTMLDivElement>(null);
  const timeline = usePlayerState(engine, (state) => state.timeline);
  const at = usePlayerState(engine, (state) => state.at);
  const marks = useMarks(
    timeline,
    usePlayerState(engine, (state) => state.found),
  );
  const where = useWhere(timeline, names);
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
        aria-valuetext={where(at)}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={() => setHover(null)}
        onKeyDown={key}
      >
        <Axis timeline={timeline} marks={marks} />
        <span className={css.played} />
        <span className={css.head} />
        {hover !== null && (
          <span className={css.hover} style={{ left: `${((hover - timeline.start) / length) * 100}%` }}>
            {format.clock(hover)}
          </span>
        )}
      </div>
      <Legend timeline={timeline} marks={marks} />
      <MarkList engine={engine} names={names} marks={marks} />
    </div>
  );
}

function Axis({ timeline, marks }: { timeline: Timeline; marks: Marks }) {
  const stripes = useId();
  const path = (spans: readonly Span[]) => pathOf(spans, timeline);
  return (
    <svg
      className={css.axis}
      viewBox={`0 0 ${UNITS} 12`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <pattern id={stripes} width={14} height={12} patternUnits="userSpaceOnUse">
        <rect className={css.ground} width={14} height={12} />
        <rect className={css.stripe} width={4} height={12} />
      </pattern>
      <rect className={css.captured} x={0} y={2} width={UNITS} height={8} />
      <path className={css.idle} d={path(marks.idle)} />
      <path className={css.gap} fill={`url(#${stripes})`} d={path(marks.gap)} />
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
