//! A session's state, how it ended, consent and hold, in a row.

import type { Session } from "../api/types";
import { useWords } from "../i18n/language";
import { Badge, LiveDot } from "./Badge";
import css from "./SessionBadges.module.css";

type Facts = Pick<Session, "state" | "how" | "consent" | "held">;

export function SessionBadges({ session }: { session: Facts }) {
  const words = useWords().session;
  const { state, how } = session;
  return (
    <span className={css.badges}>
      <span data-state={state}>
        <Badge tone={state === "open" ? "info" : "neutral"}>
          {state === "open" && <LiveDot />}
          {words.states[state]}
        </Badge>
      </span>
      {how === "lost" && <Badge tone="warn">{words.how.lost}</Badge>}
      {how === "imported" && <Badge>{words.how.imported}</Badge>}
      {session.consent && (
        <Badge tone="good" icon="consent">
          {words.consent}
        </Badge>
      )}
      {session.held && (
        <Badge tone="warn" icon="hold">
          {words.hold}
        </Badge>
      )}
    </span>
  );
}
