//! Says where the playhead is, for those who don't see it: when it has come to rest, and now and then while it moves.

import { useEffect, useState } from "react";
import { useWords } from "../i18n/language";
import { instantAt } from "../model/timeline";
import type { Engine } from "./engine";
import { useInstants } from "./format";
import css from "./Player.module.css";
import { usePlayerState } from "./useEngine";

const AT_REST_MS = 700;
const PLAYING_MS = 15_000;

export function Announcer({ engine }: { engine: Engine }) {
  const words = useWords().player;
  const format = useInstants();
  const [said, say] = useState("");
  const playing = usePlayerState(engine, (state) => state.playing);
  const at = usePlayerState(engine, (state) => (state.playing ? null : state.at));
  const damaged = usePlayerState(engine, (state) =>
    [...state.showing.values()].some((one) => one.kind === "unshowable"),
  );

  useEffect(() => {
    const tell = () => {
      const { timeline, at: now } = engine.snapshot();
      const place = Math.max(instantAt(timeline.instants, now) + 1, 1);
      const where = words.frameAt(
        format.clock(now),
        format.number(place),
        format.number(timeline.instants.length),
      );
      say(damaged ? `${where}. ${words.broken.damaged}` : where);
    };
    if (playing) {
      const timer = setInterval(tell, PLAYING_MS);
      return () => clearInterval(timer);
    }
    if (at === null) return;
    const timer = setTimeout(tell, AT_REST_MS);
    return () => clearTimeout(timer);
  }, [engine, words, format, playing, at, damaged]);

  return (
    <p className={css.unseen} role="status" aria-live="polite">
      {said}
    </p>
  );
}
