//! Who looked at this session, beside it.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { listAccess } from "../../api/access";
import { orThrow } from "../../api/problem";
import { Badge } from "../../components/Badge";
import { Card } from "../../components/Card";
import { Failure } from "../../components/Failure";
import { Waiting } from "../../components/Waiting";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { rangeText } from "../../i18n/range";
import { type Look, looksOf } from "../../model/looks";
import { useMay } from "../../platform/login";
import { keys } from "../../platform/queries";
import css from "./Looks.module.css";

const RECORDS = 100;
/** The rest is on the page of all records. */
const SHOWN = 12;

export function Looks({ session }: { session: string }) {
  const words = useWords();
  const may = useMay("access");
  return (
    <Card
      title={words.looks.title}
      aside={may && <Link href={`/access?session=${session}`}>{words.looks.all}</Link>}
    >
      {may ? <List session={session} /> : <p className={css.none}>{words.looks.forbidden}</p>}
    </Card>
  );
}

function List({ session }: { session: string }) {
  const words = useWords();
  const records = useQuery({
    queryKey: keys.looks(session),
    queryFn: async ({ signal }) => orThrow(await listAccess({ session, limit: RECORDS }, null, signal)),
  });
  if (records.isPending) return <Waiting />;
  if (records.isError) return <Failure error={records.error} retry={() => records.refetch()} />;
  const looks = looksOf(records.data.access);
  if (looks.length === 0) return <p className={css.none}>{words.looks.none}</p>;
  return (
    <ul>
      {looks.slice(0, SHOWN).map((look) => (
        <Entry key={look.key} look={look} />
      ))}
    </ul>
  );
}

function Entry({ look }: { look: Look }) {
  const words = useWords();
  const format = useFormat();
  const minute = (at: string) => format.instant(at);
  const when =
    minute(look.from) === minute(look.until)
      ? minute(look.until)
      : words.looks.until(minute(look.from), format.time(look.until));
  return (
    <li className={css.entry}>
      <p className={css.line}>
        <Who look={look} />
        <span className={css.when}>{when}</span>
      </p>
      <p>
        {words.access.actions[look.action]}
        <span className={css.soft}>
          {look.action === "open" ? "" : ` ${rangeText(look, words, format)}`}
          {look.records > 1 && ` (${words.looks.records(look.records)})`}
        </span>
      </p>
      {look.purpose !== null && (look.action !== "view" || look.records === 1) && (
        <p className={css.soft}>
          {look.purpose}
          {look.case !== null && ` · ${words.access.case} ${look.case}`}
        </p>
      )}
    </li>
  );
}

function Who({ look }: { look: Look }) {
  const words = useWords().access;
  if (look.damaged) return <Badge tone="bad">{words.damaged}</Badge>;
  if (look.who === null) return <span className={css.expired}>{words.expired}</span>;
  return <span className={css.who}>{look.who}</span>;
}
