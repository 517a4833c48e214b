//! Small pictures around the playhead, drawn from the original bytes. Only frames that were fetched have one.

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useWords } from "../i18n/language";
import { type Broken, unshowable } from "../model/damage";
import { STRIP_STEPS, type StripStep } from "../model/strip";
import type { Frame } from "../model/track";
import type { Engine } from "./engine";
import css from "./FilmStrip.module.css";
import { useInstants } from "./format";
import { usePlayerState } from "./useEngine";

const CELL = 136;
const MOST = 15;

export function FilmStrip({ engine }: { engine: Engine }) {
  const words = useWords().player;
  const format = useInstants();
  const id = useId();
  const [list, count] = useCount(engine);
  // The strip follows from these.
  usePlayerState(engine, (state) => state.at);
  usePlayerState(engine, (state) => state.timeline);
  usePlayerState(engine, (state) => state.alone);
  const found = usePlayerState(engine, (state) => state.found);
  const step = usePlayerState(engine, (state) => state.strip);
  const { stream, frames, here } = engine.strip(count);
  const cells = frames.map((frame) => ({ frame, why: unshowable(found, stream, frame)?.broken ?? null }));
  const option = (n: number) => `${id}-${frames[n]?.seq}`;

  const key = (event: KeyboardEvent) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0 || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = frames[here + by];
    if (next !== undefined) engine.seek(next.at, event.timeStamp);
  };

  return (
    <div className={css.film}>
      <div className={css.head}>
        <h3 className={css.title} id={`${id}-title`}>
          {words.strip}
        </h3>
        <select
          className={css.step}
          aria-label={words.stripStep}
          value={nameOf(step)}
          onChange={(event) => engine.setStrip(stepOf(event.target.value))}
        >
          {STRIP_STEPS.map((one) => (
            <option key={nameOf(one)} value={nameOf(one)}>
              {words.stripSteps[nameOf(one)]}
            </option>
          ))}
        </select>
        <Looks engine={engine} />
      </div>
      <div
        ref={list}
        className={css.strip}
        role="listbox"
        tabIndex={0}
        aria-orientation="horizontal"
        aria-labelledby={`${id}-title`}
        aria-activedescendant={here < 0 ? undefined : option(here)}
        onKeyDown={key}
      >
        {cells.map(({ frame, why }, n) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
          <div
            key={frame.seq}
            id={option(n)}
            role="option"
            aria-selected={n === here}
            className={css.cell}
            onClick={(event) => engine.seek(frame.at, event.timeStamp)}
          >
            <Small engine={engine} stream={stream} frame={frame} why={why} />
            <span className={css.time}>{format.clock(frame.at)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

interface SmallProps {
  engine: Engine;
  stream: number;
  frame: Frame;
  why: Broken | null;
}

function Small({ engine, stream, frame, why }: SmallProps) {
  const words = useWords().player;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { seq } = frame;
  useEffect(() => {
    const draw = () => {
      const bitmap = engine.small({ stream, seq });
      const element = canvas.current;
      if (bitmap === undefined || element === null) return;
      if (element.width !== bitmap.width) element.width = bitmap.width;
      if (element.height !== bitmap.height) element.height = bitmap.height;
      element.getContext("2d")?.drawImage(bitmap, 0, 0);
      element.dataset.drawn = "";
    };
    draw();
    return engine.onSmall((key) => {
      if (key.stream === stream && key.seq === seq) draw();
    });
  }, [engine, stream, seq]);
  if (why !== null) return <span className={css.damaged}>{words.brokenShort[why]}</span>;
  return <canvas ref={canvas} className={css.small} width={240} height={135} />;
}

function Looks({ engine }: { engine: Engine }) {
  const words = useWords().player;
  const looks = usePlayerState(engine, (state) => state.looks);
  return (
    <p className={css.looks} title={words.looksWhy}>
      {words.looks(looks.requests, looks.frames)}
    </p>
  );
}

/** As many pictures as there is room for, an odd number, so that one stands in the middle. */
function useCount(engine: Engine): [React.RefObject<HTMLDivElement | null>, number] {
  const list = useRef<HTMLDivElement>(null);
  const [count, setCount] = useState(7);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const room = Math.max(Math.floor(element.clientWidth / CELL), 3);
      const odd = Math.min(room % 2 === 0 ? room - 1 : room, MOST);
      setCount(odd);
      engine.setStripCount(odd);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [engine]);
  return [list, count];
}

type StepName = "every" | "seconds" | "minute" | "minutes" | "whole";

function nameOf(step: StripStep): StepName {
  if (step === 0) return "every";
  if (step === null) return "whole";
  return step === 10_000 ? "seconds" : step === 60_000 ? "minute" : "minutes";
}

function stepOf(name: string): StripStep {
  return STRIP_STEPS.find((step) => nameOf(step) === name) ?? 0;
}
