//! Where one is, and the controls.

import { type ReactNode, useRef } from "react";
import { useWords } from "../i18n/language";
import { SPEEDS, type Speed } from "../model/pace";
import { useInstants } from "./format";
import { Glyph, type GlyphName } from "./Glyph";
import type { PlayerProps } from "./Player";
import type { Zoom } from "./painter";
import { SeekBar } from "./SeekBar";
import css from "./Transport.module.css";
import { usePlayerState } from "./useEngine";

interface Props extends PlayerProps {
  full: boolean;
  onFull(): void;
  onHelp(): void;
}

export function Transport({ engine, names, full, onFull, onHelp }: Props) {
  const words = useWords().player;
  const format = useInstants();
  const playing = usePlayerState(engine, (state) => state.playing);
  const speed = usePlayerState(engine, (state) => state.speed);
  const skipIdle = usePlayerState(engine, (state) => state.skipIdle);
  const alone = usePlayerState(engine, (state) => state.alone);
  const live = usePlayerState(engine, (state) => state.live);
  const following = usePlayerState(engine, (state) => state.following);
  const zoom = (way: Zoom) =>
    engine.painters().forEach((painter) => {
      painter.zoom(way);
    });
  return (
    <fieldset className={css.transport} aria-label={words.transport}>
      <SeekBar engine={engine} names={names} />
      <div className={css.row}>
        <div className={css.group}>
          <Tool glyph="stepBack" name={words.stepBack} keys="←" onPress={(at) => engine.step(-1, at)} />
          <Tool
            glyph={playing ? "pause" : "play"}
            name={playing ? words.pause : words.play}
            keys={words.keys.space}
            look={css.play}
            onPress={(at) => engine.toggle(at)}
          />
          <Tool glyph="stepOn" name={words.stepOn} keys="→" onPress={(at) => engine.step(1, at)} />
        </div>
        <Where engine={engine} />
        <div className={css.choices}>
          {live && (
            <Tool
              glyph="dot"
              name={following ? words.following : words.follow}
              label={words.live}
              pressed={following}
              look={css.live}
              onPress={(at) => engine.toEnd(at)}
            />
          )}
          <Choice
            name={words.speed}
            value={String(speed)}
            options={SPEEDS.map((one) => [String(one), words.times(format.speed(one))])}
            onChange={(value) => engine.setSpeed(Number(value) as Speed)}
          />
          <Tool
            glyph="idle"
            name={words.skipIdle}
            label={words.skipIdle}
            why={words.skipIdleWhy}
            pressed={skipIdle}
            onPress={() => engine.setSkipIdle(!skipIdle)}
          />
          {names.size > 1 && (
            <Choice
              name={words.screens}
              value={alone === null ? "" : String(alone)}
              options={[["", words.allScreens], ...[...names].map(([n, name]) => [String(n), name] as const)]}
              onChange={(value) => engine.showAlone(value === "" ? null : Number(value))}
            />
          )}
          <div className={css.group}>
            <Tool glyph="reduce" name={words.zoomOut} keys="−" onPress={() => zoom("out")} />
            <Tool glyph="enlarge" name={words.zoomIn} keys="+" onPress={() => zoom("in")} />
            <Tool label={words.fit} name={words.fitWhy} keys="0" onPress={() => zoom("fit")} />
            <Tool label={words.original} name={words.originalWhy} keys="1" onPress={() => zoom("original")} />
          </div>
          <div className={css.group}>
            <Tool
              glyph={full ? "leave" : "full"}
              name={full ? words.leaveFullScreen : words.fullScreen}
              keys="F"
              onPress={onFull}
            />
            <Tool glyph="keys" name={words.help} keys="?" onPress={onHelp} />
          </div>
        </div>
      </div>
    </fieldset>
  );
}

interface ToolProps {
  /** What it does, for everybody's ears and as a hint. */
  name: string;
  glyph?: GlyphName;
  /** Words in sight. */
  label?: string;
  /** The key that does the same. */
  keys?: string;
  why?: string;
  pressed?: boolean;
  look?: string | undefined;
  onPress(input: number): void;
}

function Tool({ name, glyph, label, keys, why, pressed, look, onPress }: ToolProps) {
  const hint = why ?? (keys === undefined ? name : `${name} (${keys})`);
  return (
    <button
      type="button"
      className={`${css.tool} ${look ?? ""}`}
      // A name that begins with the words in sight, for those who speak to their computer.
      aria-label={label === undefined || label === name ? name : `${label}: ${name}`}
      aria-pressed={pressed}
      title={hint}
      onClick={(event) => onPress(event.timeStamp)}
    >
      {glyph && <Glyph name={glyph} />}
      {label && <span className={css.label}>{label}</span>}
    </button>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  options: readonly (readonly [value: string, label: ReactNode])[];
  onChange(value: string): void;
}

function Choice({ name, value, options, onChange }: ChoiceProps) {
  const select = useRef<HTMLSelectElement>(null);
  return (
    <select
      ref={select}
      className={css.choice}
      aria-label={name}
      title={name}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map(([key, label]) => (
        <option key={key} value={key}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** The playhead's instant, and which frame of how many the first screen shows. */
function Where({ engine }: Pick<PlayerProps, "engine">) {
  const words = useWords().player;
  const format = useInstants();
  const at = usePlayerState(engine, (state) => state.at);
  const end = usePlayerState(engine, (state) => state.timeline.end);
  const waiting = usePlayerState(engine, (state) => state.waiting);
  return (
    <p className={css.where}>
      <span className={css.now}>{format.clock(at)}</span>
      <span className={css.end}>{`/ ${format.clock(end)}`}</span>
      {waiting && <span className={css.waiting}>{words.waiting}</span>}
    </p>
  );
}
