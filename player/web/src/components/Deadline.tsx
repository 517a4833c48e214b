//! When a session is deleted, in words and as a date.

import type { Session } from "../api/types";
import { useFormat } from "../i18n/format";
import { useWords } from "../i18n/language";
import { standingOf } from "../model/deadline";
import css from "./Deadline.module.css";
import { Second } from "./Rows";

interface Props {
  session: Pick<Session, "deadline" | "held" | "state">;
  now: number;
}

export function Deadline({ session, now }: Props) {
  const words = useWords().session.deadline;
  const format = useFormat();
  const standing = standingOf(session, now);
  switch (standing.kind) {
    case "not-ended":
      return <span className={css.soft}>{words.notEnded}</span>;
    case "none":
      return <span className={css.soft}>{words.none}</span>;
    case "held":
      return (
        <>
          <span>{words.held}</span>
          {standing.deadline !== null && (
            <Second>
              <s>{format.day(standing.deadline)}</s>
            </Second>
          )}
        </>
      );
    case "due":
      return (
        <>
          <span className={css.due}>{words.due}</span>
          <Second>{words.wasOn(format.day(standing.deadline))}</Second>
        </>
      );
    default:
      return (
        <>
          <span className={standing.kind === "soon" ? css.soon : undefined}>
            {format.inDays(standing.days)}
          </span>
          <Second>{words.on(format.day(standing.deadline))}</Second>
        </>
      );
  }
}
