//! One session: its facts and who looked, and its content once it is opened with a purpose.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { orThrow } from "../../api/problem";
import { sessionDetails } from "../../api/sessions";
import type { SessionDetails } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { Failure, problemIn } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { Page } from "../../components/Page";
import { SessionBadges } from "../../components/SessionBadges";
import { Waiting } from "../../components/Waiting";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { isolated } from "../../model/foreign";
import { asAt } from "../../model/grants";
import { shortId } from "../../model/ids";
import { useMay, useMe } from "../../platform/login";
import { useNow } from "../../platform/now";
import { keys } from "../../platform/queries";
import { wayBack } from "../../platform/wayBack";
import { Content } from "./Content";
import { CustodyCard } from "./CustodyCard";
import { Deleted } from "./Deleted";
import { Looks } from "./Looks";
import { SessionFacts } from "./SessionFacts";
import css from "./SessionPage.module.css";

/** What an opening showed is not shown for longer than this after it. */
const EVERY_MS = 5_000;

export function SessionPage({ session }: { session: string }) {
  const words = useWords();
  const client = useQueryClient();
  const [gone, setGone] = useState(false);
  const now = useNow(EVERY_MS);
  const details = useQuery({
    queryKey: keys.session(session),
    queryFn: async ({ signal }) => orThrow(await sessionDetails(session, signal)),
    enabled: !gone,
  });

  // Whoever sees certificates is told which way it went.
  const mayCustody = useMay("custody");

  if (gone && mayCustody) return <Deleted session={session} before={<Back />} />;
  if (gone) return <Absent title={words.session.gone} why={words.session.goneWhy} />;
  if (details.isPending) return <Waiting />;
  if (details.isError) {
    const { kind } = problemIn(details.error);
    if (kind === "session-deleted" || kind === "session-purging") {
      return <Deleted session={session} before={<Back />} />;
    }
    if (kind === "not-found") {
      return <Absent title={words.session.missing} why={words.session.missingWhy} />;
    }
    return <Failure error={details.error} retry={() => details.refetch()} />;
  }

  function leave() {
    setGone(true);
    client.removeQueries({ queryKey: keys.session(session) });
    client.invalidateQueries({ queryKey: keys.allSessions });
  }

  return <Present details={asAt(details.data, now)} onGone={leave} />;
}

function Present({ details, onGone }: { details: SessionDetails; onGone(): void }) {
  const words = useWords();
  const format = useFormat();
  const mayCustody = useMay("custody");
  return (
    <Page
      tab={words.session.tab(shortId(details.session))}
      title={details.title ?? words.session.title(details.device_name)}
      before={<Back />}
      aside={<SessionBadges session={details} />}
      intro={
        <p>
          {details.title !== null && `${isolated(details.device_name)}, `}
          {isolated(details.tenant_name)}, {format.instant(details.started_at)}
        </p>
      }
    >
      <div className={css.content}>
        <Content details={details} onGone={onGone} />
      </div>
      <div className={css.columns}>
        <SessionFacts session={details} custodyBeside={mayCustody} />
        <div className={css.beside}>
          {mayCustody && <CustodyCard details={details} />}
          <Looks session={details.session} />
        </div>
      </div>
    </Page>
  );
}

function Back() {
  const words = useWords().session;
  const { user } = useMe();
  return (
    <Link href={wayBack(user)} className={css.back}>
      <Icon name="left" size={16} />
      {words.back}
    </Link>
  );
}

function Absent({ title, why }: { title: string; why: string }) {
  const words = useWords().session;
  const { user } = useMe();
  return (
    <Page title={title} before={<Back />} intro={<p>{why}</p>}>
      <p className={css.to}>
        <ButtonLink to={wayBack(user)} icon="left">
          {words.toList}
        </ButtonLink>
      </p>
    </Page>
  );
}
