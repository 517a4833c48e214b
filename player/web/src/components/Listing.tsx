//! A list that comes in pages: on its way, failed, empty, or there.

import type { ReactNode } from "react";
import { useFirstOf } from "../platform/pages";
import { Failure } from "./Failure";
import css from "./Listing.module.css";
import { More } from "./More";
import { Waiting } from "./Waiting";

/** What `useInfiniteQuery` tells of a list. */
export interface List {
  isPending: boolean;
  isError: boolean;
  isSuccess: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchingNextPage: boolean;
  refetch(): unknown;
  fetchNextPage(): unknown;
}

interface Props {
  list: List;
  /** How many entries have come. */
  found: number;
  shown(n: number): string;
  shownMore(n: number): string;
  empty: ReactNode;
  children: ReactNode;
}

export function Listing({ list, found, shown, shownMore, empty, children }: Props) {
  const seeking = useFirstOf(list, found);
  return (
    <div className={css.list}>
      {(list.isPending || seeking) && <Waiting />}
      {list.isError && <Failure error={list.error} retry={() => list.refetch()} />}
      {list.isSuccess && found === 0 && !seeking && empty}
      {found > 0 && (
        <>
          {children}
          <More
            text={list.hasNextPage ? shownMore(found) : shown(found)}
            hasMore={list.hasNextPage}
            loading={list.isFetchingNextPage}
            onMore={() => list.fetchNextPage()}
          />
        </>
      )}
    </div>
  );
}
