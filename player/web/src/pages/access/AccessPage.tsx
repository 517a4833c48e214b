//! All access records, each as it stands in the ledger.

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { accessTable, listAccess } from "../../api/access";
import { orThrow } from "../../api/problem";
import { Button, FileLink } from "../../components/Button";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { More } from "../../components/More";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { useWords } from "../../i18n/language";
import {
  type AccessFilter,
  accessFilterFrom,
  accessNarrowing,
  accessQueryOf,
  accessSearchOf,
  NO_ACCESS_FILTER,
} from "../../model/accessFilter";
import { useMay } from "../../platform/login";
import { useFirstOf } from "../../platform/pages";
import { keys } from "../../platform/queries";
import { AccessFilterBar } from "./AccessFilterBar";
import css from "./AccessPage.module.css";
import { AccessTable } from "./AccessTable";

export function AccessPage() {
  const words = useWords().access;
  if (useMay("access")) return <Records />;
  return (
    <Page title={words.title}>
      <div className={css.list}>
        <Notice title={words.forbidden}>
          <p>{words.forbiddenWhy}</p>
        </Notice>
      </div>
    </Page>
  );
}

function Records() {
  const words = useWords();
  const search = useSearch();
  const [, go] = useLocation();
  const filter = accessFilterFrom(search);
  const query = accessQueryOf(filter);
  const canonical = accessSearchOf(filter);

  const list = useInfiniteQuery({
    queryKey: keys.access(canonical),
    queryFn: async ({ pageParam, signal }) => orThrow(await listAccess(query, pageParam, signal)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    // Whoever comes here wants to see the last look too.
    staleTime: 0,
  });

  function choose(next: AccessFilter) {
    const text = accessSearchOf(next);
    go(text === "" ? "/access" : `/access?${text}`, { replace: true });
  }

  const records = list.data?.pages.flatMap((page) => page.access) ?? [];
  const seeking = useFirstOf(list, records.length);
  const filtered = accessNarrowing(filter) > 0;
  return (
    <Page
      title={words.access.title}
      intro={<p>{words.access.intro}</p>}
      aside={
        <FileLink icon="download" href={accessTable(query)}>
          {words.access.csv}
        </FileLink>
      }
    >
      <AccessFilterBar filter={filter} onChange={choose} />
      <div className={css.list}>
        {(list.isPending || seeking) && <Waiting />}
        {list.isError && <Failure error={list.error} retry={() => list.refetch()} />}
        {list.isSuccess && records.length === 0 && !seeking && (
          <Empty title={filtered ? words.access.none : words.access.empty}>
            {filtered && (
              <Button look="quiet" onPress={() => choose(NO_ACCESS_FILTER)}>
                {words.filter.clear}
              </Button>
            )}
          </Empty>
        )}
        {records.length > 0 && (
          <>
            <AccessTable records={records} stale={list.isPlaceholderData} />
            <More
              text={
                list.hasNextPage ? words.access.shownMore(records.length) : words.access.shown(records.length)
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
