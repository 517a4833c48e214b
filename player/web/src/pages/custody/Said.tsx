//! Words and names in Custody's lists.

import { Link } from "wouter";
import { Badge } from "../../components/Badge";
import { WithCode } from "../../components/Code";
import { Second } from "../../components/Rows";
import { useWords } from "../../i18n/language";
import { shortId } from "../../model/ids";
import css from "./Said.module.css";

/** The name under which the command line stands on record. */
const COMMAND_LINE = "command line";

function useNameOf(): (who: string) => string {
  const words = useWords().custody;
  return (who) => (who === COMMAND_LINE ? words.commandLine : who);
}

interface ByProps {
  who: string | null;
  /** The words around a name. */
  said(name: string): string;
}

/** Who did something; null where the month's key is destroyed. */
export function By({ who, said }: ByProps) {
  const nameOf = useNameOf();
  return who === null ? <Said text={null} /> : <bdi>{said(nameOf(who))}</bdi>;
}

/** What somebody wrote; null where the month's key is destroyed. */
export function Said({ text }: { text: string | null }) {
  const words = useWords().custody;
  if (text !== null) return <bdi className={css.said}>{text}</bdi>;
  return (
    <span className={css.expired} title={words.expiredWhy}>
      {words.expired}
    </span>
  );
}

/** In place of what is not what the ledger commits to. */
export function Altered({ what }: { what: "hold" | "certificate" }) {
  const words = useWords();
  return (
    <>
      <Badge tone="bad" icon="warning">
        {words.access.damaged}
      </Badge>
      <Second>
        <WithCode text={words.custody.altered[what]} />
      </Second>
    </>
  );
}

/** A session by the end of its id, linked. */
export function SessionRef({ session, to }: { session: string; to?: string }) {
  const words = useWords().custody;
  return (
    <Link href={to ?? `/sessions/${session}`} className={css.id} aria-label={words.sessionOf(session)}>
      …{shortId(session)}
    </Link>
  );
}
