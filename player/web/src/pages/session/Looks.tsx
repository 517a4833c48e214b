//! Who looked at this session, beside it.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { newestAccess } from "../../api/access";
import { orThrow } from "../../api/problem";
import type { AccessAction } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Card } from "../../components/Card";
import { Failure } from "../../components/Failure";
import { Waiting } from "../../components/Waiting";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { seenText, spanText } from "../../i18n/range";
import { type Look, looksOf, type Views } from "../../model/looks";
import { useMay } from "../../platform/login";
import { keys } from "../../platform/queries";
import css from "./Looks.module.css";

/** How many records of each kind are asked for. */
const OPENINGS = 50;
const RESTORES = 20;
const VIEWS = 200;
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

async function known(session: string, signal: AbortSignal) {
  const newest = async (action: AccessAction, enough: number) =>
    orThrow(await newestAccess({ session, action }, enough, signal));
  // Each kind for itself: playing would push openings out of a common list.
  const [openings, restores, views] = await Promise.all([
    newest("open", OPENINGS),
    newest("restore", RESTORES),
    newest("view", VIEWS),
  ]);
  const looks = looksOf({
    openings: openings.access,
    restores: restores.access,
    views: views.access,
    olderViews: views.next !== null,
  });
  const cut = looks.length > SHOWN || [openings, restores, views].some((page) => page.next !== null);
  return { looks: looks.slice(0, SHOWN), cut };
}

function List({ session }: { session: string }) {
  const words = useWords();
  const looks = useQuery({
    queryKey: keys.looks(session),
    queryFn: ({ signal }) => known(session, signal),
  });
  if (looks.isPending) return <Waiting />;
  if (looks.isError) return <Failure error={looks.error} retry={() => looks.refetch()} />;
  return (
    <>
      {looks.data.looks.length === 0 && !looks.data.cut && <p className={css.none}>{words.looks.none}</p>}
      <ul>
        {looks.data.looks.map((look) => (
          <Entry key={look.key} look={look} />
        ))}
      </ul>
      {looks.data.cut && (
        <p className={css.older}>
          {words.looks.older} <Link href={`/access?session=${session}`}>{words.looks.all}</Link>
        </p>
      )}
    </>
  );
}

function Entry({ look }: { look: Look }) {
  const words = useWords();
  const format = useFormat();
  return (
    <li className={css.entry}>
      <p className={css.line}>
        <Who look={look} />
        {look.action !== "view" && (
          <span className={css.when}>
            {words.access.actions[look.action]} {format.instant(look.at)}
          </span>
        )}
      </p>
      {look.purpose !== null && (
        <p className={css.soft}>
          <bdi>{look.purpose}</bdi>
          {look.case !== null && (
            <>
              {` · ${words.access.case} `}
              <bdi>{look.case}</bdi>
            </>
          )}
        </p>
      )}
      {look.views !== null && <Viewed views={look.views} older={look.older} />}
      {look.views === null && look.older && <p className={css.soft}>{words.looks.olderViews}</p>}
    </li>
  );
}

function Viewed({ views, older }: { views: Views; older: boolean }) {
  const words = useWords();
  const format = useFormat();
  const { records } = views;
  const many = older ? words.looks.atLeast(records) : words.looks.records(records);
  return (
    <>
      <p>{words.looks.viewed(spanText(views.from, views.until, words, format), many)}</p>
      <ul className={css.seen}>
        {views.seen.map((seen) => (
          <li key={seen.stream}>{seenText(seen, words, format)}</li>
        ))}
      </ul>
    </>
  );
}

function Who({ look }: { look: Look }) {
  const words = useWords().access;
  if (look.damaged) return <Badge tone="bad">{words.damaged}</Badge>;
  if (look.who === null) return <span className={css.expired}>{words.expired}</span>;
  return <bdi className={css.who}>{look.who}</bdi>;
}
