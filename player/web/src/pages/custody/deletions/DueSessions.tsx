//! The sessions of a day, or those that are overdue or kept beyond their deadline.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef } from "react";
import { Link } from "wouter";
import { orThrow } from "../../../api/problem";
import { listSessions } from "../../../api/sessions";
import type { Session, SessionQuery } from "../../../api/types";
import { Badge } from "../../../components/Badge";
import { Failure } from "../../../components/Failure";
import { More } from "../../../components/More";
import { Waiting } from "../../../components/Waiting";
import { useCalendarFormat } from "../../../i18n/calendar";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import type { Picked } from "../../../model/deletions";
import { useFirstOf } from "../../../platform/pages";
import { keys } from "../../../platform/queries";
import css from "./DueSessions.module.css";

interface Props {
  picked: Picked | null;
  /** Null: nothing is picked, or it is not known yet what to ask for. */
  query: SessionQuery | null;
  /** It was just picked: its heading takes the focus. */
  led: boolean;
  onLed(): void;
}

export function DueSessions({ picked, query, led, onLed }: Props) {
  const words = useWords().custody.deletions;
  const format = useCalendarFormat();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!led) return;
    heading.current?.focus();
    onLed();
  }, [led, onLed]);

  const title =
    picked === null
      ? words.chooseTitle
      : picked.kind === "day"
        ? words.on(format.fullDay(picked.day))
        : picked.kind === "overdue"
          ? words.overdueTitle
          : words.keptTitle;
  return (
    <section className={css.card} aria-labelledby={id}>
      <h2 ref={heading} id={id} tabIndex={-1} className={css.title}>
        {title}
      </h2>
      {picked === null && <p className={css.soft}>{words.choose}</p>}
      {picked !== null && query === null && <Waiting />}
      {picked !== null && query !== null && (
        <Found query={query} none={picked.kind === "day" ? words.noneOn : words.none} />
      )}
    </section>
  );
}

function Found({ query, none }: { query: SessionQuery; none: string }) {
  const words = useWords().custody.deletions;
  const list = useInfiniteQuery({
    queryKey: keys.due(query),
    queryFn: async ({ pageParam, signal }) => orThrow(await listSessions(query, pageParam, signal)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const sessions = list.data?.pages.flatMap((page) => page.sessions) ?? [];
  const seeking = useFirstOf(list, sessions.length);
  if (list.isPending || seeking) return <Waiting />;
  if (list.isError) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (sessions.length === 0) return <p className={css.soft}>{none}</p>;
  return (
    <>
      <ul className={css.list}>
        {sessions.map((session) => (
          <Entry key={session.session} session={session} />
        ))}
      </ul>
      <More
        text={list.hasNextPage ? words.shownMore(sessions.length) : words.shown(sessions.length)}
        hasMore={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => list.fetchNextPage()}
      />
    </>
  );
}

function Entry({ session }: { session: Session }) {
  const words = useWords();
  const format = useFormat();
  return (
    <li className={css.entry}>
      <p className={css.line}>
        <Link href={`/sessions/${session.session}`} className={css.name}>
          {session.device_name}
        </Link>
        {session.held && (
          <Badge tone="warn" icon="hold">
            {words.custody.deletions.heldStays}
          </Badge>
        )}
      </p>
      <p className={css.soft}>
        {session.tenant_name} · {words.session.kinds[session.kind]} · {format.instant(session.started_at)}
      </p>
      <p className={css.soft}>
        {words.session.fact.class} <bdi>{session.class}</bdi>
        {session.deadline !== null && (
          <>, {words.custody.deletions.dueAt(format.instant(session.deadline))}</>
        )}
      </p>
    </li>
  );
}
