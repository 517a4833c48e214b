//! Stages, transport and film strip, and the keys that work on all of them.

import { useCallback, useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/language";
import { type Command, commandOf } from "../model/keys";
import { Announcer } from "./Announcer";
import type { Engine } from "./engine";
import { Facts } from "./Facts";
import { FilmStrip } from "./FilmStrip";
import { HelpSheet } from "./HelpSheet";
import { Notes } from "./Notes";
import css from "./Player.module.css";
import { Stages } from "./Stages";
import { Transport } from "./Transport";

const PAN = 60;

export interface PlayerProps {
  engine: Engine;
  names: ReadonlyMap<number, string>;
}

export function Player({ engine, names }: PlayerProps) {
  const words = useWords().player;
  const root = useRef<HTMLElement>(null);
  const [help, setHelp] = useState(false);
  const full = useFullScreen(root);

  const run = useCallback(
    (command: Command, input: number) => {
      if (command.do === "help") setHelp(true);
      else if (command.do === "full") full.toggle();
      else obey(engine, command, input);
    },
    [engine, full.toggle],
  );

  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    // Whoever opened the session with its form is in the player now; a focus that is elsewhere stays there.
    if (document.activeElement === document.body) element.focus({ preventScroll: true });
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || belongsToControl(event)) return;
      const command = commandOf(event);
      if (command === null) return;
      event.preventDefault();
      run(command, event.timeStamp);
    };
    element.addEventListener("keydown", pressed);
    return () => element.removeEventListener("keydown", pressed);
  }, [run]);

  return (
    <section ref={root} className={css.player} aria-label={words.region} tabIndex={-1} data-full={full.on}>
      <Stages engine={engine} names={names} full={full.on} />
      <Transport
        engine={engine}
        names={names}
        full={full.on}
        onFull={full.toggle}
        onHelp={() => setHelp(true)}
      />
      <Notes engine={engine} names={names} />
      <FilmStrip engine={engine} />
      <Facts engine={engine} names={names} />
      <Announcer engine={engine} names={names} />
      {help && <HelpSheet onClose={() => setHelp(false)} />}
    </section>
  );
}

function obey(engine: Engine, command: Exclude<Command, { do: "help" | "full" }>, input: number) {
  switch (command.do) {
    case "toggle":
      return engine.toggle(input);
    case "step":
      return engine.step(command.frames, input);
    case "jump":
      return engine.jump(command.seconds, input);
    case "start":
      return engine.toStart(input);
    case "end":
      return engine.toEnd(input);
    case "zoom":
      return engine.painters().forEach((painter) => {
        painter.zoom(command.way);
      });
    case "pan":
      return engine.painters().forEach((painter) => {
        painter.pan({ x: -command.x * PAN, y: -command.y * PAN });
      });
    case "speed":
      return engine.changeSpeed(command.way);
    case "idle":
      return engine.setSkipIdle(!engine.snapshot().skipIdle);
    case "screen":
      return engine.nextScreen();
  }
}

/** Keys that the focused control understands itself: a button's space bar, a list's arrows. */
function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog") !== null) return true;
  if (target.matches("input, select, textarea")) return true;
  return target.matches("button, summary, a[href]") && (event.key === " " || event.key === "Enter");
}

function useFullScreen(root: React.RefObject<HTMLElement | null>) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const changed = () =>
      setOn(document.fullscreenElement !== null && document.fullscreenElement === root.current);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [root]);
  const toggle = useCallback(() => {
    const change =
      document.fullscreenElement === null ? root.current?.requestFullscreen() : document.exitFullscreen();
    // Where the browser or its policy refuses, the player stays as it is.
    change?.catch(() => {});
  }, [root]);
  return { on, toggle };
}
