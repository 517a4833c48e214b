//! What happened to the session or to the connection while it was watched.

import { useWords } from "../i18n/language";
import css from "./Notes.module.css";
import type { PlayerProps } from "./Player";
import { usePlayerState } from "./useEngine";

export function Notes({ engine, names }: PlayerProps) {
  const words = useWords().player;
  const problem = usePlayerState(engine, (state) => state.problem);
  const sealed = usePlayerState(engine, (state) => state.sealedMeanwhile);
  const unreadable = usePlayerState(engine, (state) => state.unreadable);
  const resting = usePlayerState(engine, (state) => state.resting);
  return (
    <div className={css.notes} role="status">
      {[...unreadable.keys()].map((stream) => (
        <p key={stream} className={css.damaged}>
          {words.streamDamaged(names.get(stream) ?? "")}
        </p>
      ))}
      {problem !== null && (
        <p className={css.problem}>{problem.kind === "unavailable" ? words.notNow : words.retrying}</p>
      )}
      {sealed && <p className={css.sealed}>{words.sealedMeanwhile}</p>}
      {resting && (
        <p className={css.problem}>
          {words.resting}{" "}
          <button type="button" className={css.goOn} onClick={() => engine.rest(false)}>
            {words.goOn}
          </button>
        </p>
      )}
    </div>
  );
}
