//! The list of sessions. Nothing of their content: a title stands here only while this login holds a grant for it.

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation, useSearch } from "wouter";
import { orThrow } from "../../api/problem";
import { listSessions } from "../../api/sessions";
import { Button } from "../../components/Button";
import { WithCode } from "../../components/Code";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { More } from "../../components/More";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { useWords } from "../../i18n/language";
import {
  NO_FILTER,
  narrowing,
  queryOf,
  type SessionFilter,
  searchOf,
  sessionFilterFrom,
} from "../../model/sessionFilter";
import { useMe } from "../../platform/login";
import { useFirstOf } from "../../platform/pages";
import { keys } from "../../platform/queries";
import { rememberList } from "../../platform/wayBack";
import { SessionsFilter } from "./SessionsFilter";
import css from "./SessionsPage.module.css";
import { SessionsTable } from "./SessionsTable";

export function SessionsPage() {
  const words = useWords();
  const search = useSearch();
  const [, go] = useLocation();
  const filter = sessionFilterFrom(search);
  const canonical = searchOf(filter);
  const { user } = useMe();
  useEffect(() => rememberList(user, canonical), [user, canonical]);

  const list = useInfiniteQuery({
    queryKey: keys.sessions(canonical),
    queryFn: async ({ pageParam, signal }) => orThrow(await listSessions(queryOf(filter), pageParam, signal)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

  function choose(next: SessionFilter) {
    const text = searchOf(next);
    go(text === "" ? "/sessions" : `/sessions?${text}`, { replace: true });
  }

  const sessions = list.data?.pages.flatMap((page) => page.sessions) ?? [];
  const seeking = useFirstOf(list, sessions.length);
  const nothing = list.isSuccess && sessions.length === 0 && !seeking;
  return (
    <Page
      title={words.sessions.title}
      aside={
        <Button look="quiet" icon="refresh" busy={list.isRefetching} onPress={() => list.refetch()}>
          {words.state.refresh}
        </Button>
      }
    >
      <SessionsFilter filter={filter} onChange={choose} />
      <div className={css.list}>
        {(list.isPending || seeking) && <Waiting />}
        {list.isError && <Failure error={list.error} retry={() => list.refetch()} />}
        {nothing && narrowing(filter) > 0 && (
          <Empty title={words.sessions.none}>
            <Button look="quiet" onPress={() => choose(NO_FILTER)}>
              {words.filter.clear}
            </Button>
          </Empty>
        )}
        {nothing && narrowing(filter) === 0 && (
          <Empty title={words.sessions.empty}>
            <p>
              <WithCode text={words.sessions.emptyHow} />
            </p>
          </Empty>
        )}
        {sessions.length > 0 && (
          <>
            <SessionsTable sessions={sessions} stale={list.isPlaceholderData} />
            <More
              text={
                list.hasNextPage
                  ? words.sessions.shownMore(sessions.length)
                  : words.sessions.shown(sessions.length)
              }
              hasMore={list.hasNextPage}
              loading={list.isFetchingNextPage}
              onMore={() => list.fetchNextPage()}
            />
          </>
        )}
      </div>
    </Page>
  );
}
