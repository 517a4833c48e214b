//! One screen: its picture or why there is none, and under it what frame it is.

import { useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/language";
import type { Engine } from "./engine";
import { useInstants } from "./format";
import { Glyph } from "./Glyph";
import { useGestures } from "./gestures";
import type { Painter } from "./painter";
import css from "./Stage.module.css";
import type { Showing } from "./state";
import { usePlayerState } from "./useEngine";
import { frameText } from "./where";

interface Props {
  engine: Engine;
  stream: number;
  name: string;
  height: number;
  several: boolean;
}

const PAN = 120;
const WAYS = [
  { way: "up", x: 0, y: -1 },
  { way: "left", x: -1, y: 0 },
  { way: "right", x: 1, y: 0 },
  { way: "down", x: 0, y: 1 },
] as const;

const BEFORE: Showing = { kind: "before" };

export function Stage({ engine, stream, name, height, several }: Props) {
  const words = useWords().player;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [scale, setScale] = useState({ scale: 1, fitted: true });
  const showing = usePlayerState(engine, (state) => state.showing.get(stream) ?? BEFORE);
  const alone = usePlayerState(engine, (state) => state.alone === stream);
  const unreadable = usePlayerState(engine, (state) => state.unreadable.has(stream));
  const painter = engine.painter(stream);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    painter.attach(element);
    painter.onScale = (now, fitted) =>
      setScale((before) =>
        before.scale === now && before.fitted === fitted ? before : { scale: now, fitted },
      );
    return () => {
      painter.onScale = null;
      painter.detach();
    };
  }, [painter]);
  const gestures = useGestures(painter, canvas);
  const toggleAlone = () => engine.showAlone(alone ? null : stream);
  const frame = showing.kind === "before" ? null : showing.frame;
  return (
    <figure className={css.stage} data-stream={stream} data-seq={frame?.seq} data-showing={showing.kind}>
      <div className={css.window} style={{ height: `${height}px` }} data-moved={!scale.fitted}>
        <canvas
          ref={canvas}
          className={css.canvas}
          role="img"
          aria-label={useLabel(name, showing)}
          {...gestures}
          onDoubleClick={several ? toggleAlone : undefined}
        />
        {showing.kind === "unshowable" && (
          <div className={css.broken}>
            <Glyph name="warning" size={28} />
            <p className={css.brokenTitle}>{words.broken[showing.why.broken]}</p>
            <p>{words.brokenWhy[showing.why.broken]}</p>
            {showing.why.detail !== null && <p className={css.detail}>{showing.why.detail}</p>}
          </div>
        )}
        {showing.kind === "before" && (
          <p className={css.none}>{unreadable ? words.streamDamaged(name) : words.before}</p>
        )}
        {showing.kind === "loading" && <p className={css.fetching}>{words.fetching}</p>}
        {!scale.fitted && showing.kind === "exact" && <Scale scale={scale.scale} />}
        {!scale.fitted && <Moves painter={painter} />}
      </div>
      <figcaption className={css.caption}>
        <bdi className={css.name}>{name}</bdi>
        <Caption engine={engine} stream={stream} showing={showing} />
        {several && (
          <button
            type="button"
            className={css.alone}
            aria-pressed={alone}
            aria-label={words.onlyThis(name)}
            title={words.onlyThis(name)}
            onClick={toggleAlone}
          >
            <Glyph name={alone ? "leave" : "full"} size={16} />
          </button>
        )}
      </figcaption>
    </figure>
  );
}

/** The same as dragging, for those who click. */
function Moves({ painter }: { painter: Painter }) {
  const words = useWords().player;
  return (
    <fieldset className={css.moves} aria-label={words.move}>
      {WAYS.map(({ way, x, y }) => (
        <button
          key={way}
          type="button"
          data-way={way}
          aria-label={words.moves[way]}
          title={words.moves[way]}
          onClick={() => painter.pan({ x: -x * PAN, y: -y * PAN })}
        >
          <Glyph name={way} size={16} />
        </button>
      ))}
    </fieldset>
  );
}

function Scale({ scale }: { scale: number }) {
  const format = useInstants();
  return <p className={css.scale}>{format.percent(scale)}</p>;
}

function useLabel(name: string, showing: Showing): string {
  const words = useWords().player;
  const format = useInstants();
  if (showing.kind === "before") return `${name}: ${words.before}`;
  if (showing.kind === "unshowable") return `${name}: ${words.broken[showing.why.broken]}`;
  return words.pictureOf(name, format.clock(showing.frame.at), format.number(showing.frame.seq));
}

function Caption({ engine, stream, showing }: { engine: Engine; stream: number; showing: Showing }) {
  const words = useWords().player;
  const format = useInstants();
  const track = usePlayerState(engine, (state) => state.timeline.tracks.find((one) => one.stream === stream));
  if (showing.kind === "before") return null;
  const { frame } = showing;
  return (
    <>
      <span className={css.time}>
        {format.clock(frame.at)}
        {frame.captured === null && ` (${words.estimated})`}
      </span>
      <span className={css.number}>{track !== undefined && frameText(track, frame, words, format)}</span>
      {frame.cut && <span className={css.flag}>{words.cut}</span>}
      {showing.kind === "exact" && showing.partial && <span className={css.flag}>{words.partial}</span>}
      {showing.kind === "exact" && showing.checked && (
        <span className={css.checked} title={words.checkedWhy}>
          <Glyph name="check" size={14} />
          {words.checked}
        </span>
      )}
    </>
  );
}
