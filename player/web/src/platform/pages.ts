//! Lists that come in pages. A page may be empty although there are more: nothing is said of a list before something of it is found.

import { useEffect } from "react";

interface List {
  isSuccess: boolean;
  hasNextPage: boolean;
  isFetching: boolean;
  fetchNextPage(): unknown;
}

/** Whether the list's first entry is still looked for; asks for further pages until it is found or there are no more. */
export function useFirstOf(list: List, found: number): boolean {
  const { isSuccess, hasNextPage, isFetching, fetchNextPage } = list;
  const seeking = isSuccess && found === 0 && hasNextPage;
  useEffect(() => {
    if (seeking && !isFetching) fetchNextPage();
  }, [seeking, isFetching, fetchNextPage]);
  return seeking;
}
