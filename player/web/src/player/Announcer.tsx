//! Says where the playhead is, for those who don't see it: when it has come to rest, and now and then while it moves.

import { useEffect, useState } from "react";
import { useWords } from "../i18n/language";
import { useInstants } from "./format";
import type { PlayerProps } from "./Player";
import css from "./Player.module.css";
import type { PlayerState } from "./state";
import { usePlayerState } from "./useEngine";
import { whereText } from "./where";

const AT_REST_MS = 700;
const MOVING_MS = 15_000;

/** The playhead moves by itself. */
const moves = (state: PlayerState) => state.playing || state.following;

export function Announcer({ engine, names }: PlayerProps) {
  const words = useWords().player;
  const format = useInstants();
  const [said, say] = useState("");
  const moving = usePlayerState(engine, moves);
  const at = usePlayerState(engine, (state) => (moves(state) ? null : state.at));
  const broken = usePlayerState(engine, (state) => {
    const one = [...state.showing.values()].find((showing) => showing.kind === "unshowable");
    return one?.why.broken ?? null;
  });

  useEffect(() => {
    const tell = () => {
      const { timeline, at: now } = engine.snapshot();
      const where = whereText(timeline, now, names, words, format);
      say(broken === null ? where : `${where}. ${words.broken[broken]}`);
    };
    if (moving) {
      const timer = setInterval(tell, MOVING_MS);
      return () => clearInterval(timer);
    }
    if (at === null) return;
    const timer = setTimeout(tell, AT_REST_MS);
    return () => clearTimeout(timer);
  }, [engine, names, words, format, moving, at, broken]);

  return (
    <p className={css.unseen} role="status" aria-live="polite">
      {said}
    </p>
  );
}
