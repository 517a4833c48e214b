//! What happened to the session or to the connection while it was watched.

import { useWords } from "../i18n/language";
import type { Engine } from "./engine";
import css from "./Notes.module.css";
import { usePlayerState } from "./useEngine";

export function Notes({ engine }: { engine: Engine }) {
  const words = useWords().player;
  const problem = usePlayerState(engine, (state) => state.problem);
  const sealed = usePlayerState(engine, (state) => state.sealedMeanwhile);
  return (
    <div className={css.notes} role="status">
      {problem !== null && (
        <p className={css.problem}>{problem.kind === "unavailable" ? words.notNow : words.retrying}</p>
      )}
      {sealed && <p className={css.sealed}>{words.sealedMeanwhile}</p>}
    </div>
  );
}
