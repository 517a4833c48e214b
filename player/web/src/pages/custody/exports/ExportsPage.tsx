//! Evidence bundles that were asked for: what became of them, who decided, and the way to the file.

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { listExports } from "../../../api/exports";
import { orThrow } from "../../../api/problem";
import type { ExportEntry, ExportState } from "../../../api/types";
import { Button } from "../../../components/Button";
import { Empty } from "../../../components/Empty";
import { Listing } from "../../../components/Listing";
import { useWords } from "../../../i18n/language";
import {
  type CustodyFilter,
  custodyFilterFrom,
  custodyNarrowing,
  custodySearchOf,
  EXPORT_STATES,
  exportQueryOf,
  NO_CUSTODY_FILTER,
} from "../../../model/custodyFilter";
import { useMay } from "../../../platform/login";
import { keys } from "../../../platform/queries";
import { CustodyFilterBar } from "../CustodyFilterBar";
import { CustodyFrame } from "../CustodyFrame";
import { Outcome, type Result } from "../Outcome";
import { AboutBundles } from "./AboutBundles";
import { DecideExport } from "./DecideExport";
import { ExportsTable } from "./ExportsTable";

export function ExportsPage() {
  const words = useWords();
  const own = words.custody.exports;
  const client = useQueryClient();
  const search = useSearch();
  const [, go] = useLocation();
  const mayExport = useMay("export");
  const [deciding, setDeciding] = useState<ExportEntry | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const filter = custodyFilterFrom(search, EXPORT_STATES);
  const canonical = custodySearchOf(filter);

  const list = useInfiniteQuery({
    queryKey: keys.exports(canonical),
    queryFn: async ({ pageParam, signal }) =>
      orThrow(await listExports(exportQueryOf(filter), pageParam, signal)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const exports = list.data?.pages.flatMap((page) => page.exports) ?? [];

  function choose(next: CustodyFilter<ExportState>) {
    const text = custodySearchOf(next);
    go(text === "" ? "/custody/exports" : `/custody/exports?${text}`, { replace: true });
  }

  function done(next: Result) {
    setDeciding(null);
    setResult(next);
    client.invalidateQueries({ queryKey: keys.allExports });
  }

  const filtered = custodyNarrowing(filter) > 0;
  return (
    <CustodyFrame
      part="exports"
      aside={
        <Button look="quiet" icon="refresh" busy={list.isRefetching} onPress={() => list.refetch()}>
          {words.state.refresh}
        </Button>
      }
    >
      <AboutBundles />
      <CustodyFilterBar
        filter={filter}
        onChange={choose}
        states={{
          label: own.state,
          options: [
            { value: "", label: words.app.all },
            ...EXPORT_STATES.map((value) => ({ value, label: own.states[value] })),
          ],
        }}
      />
      {result !== null && <Outcome result={result} />}
      <Listing
        list={list}
        found={exports.length}
        shown={own.shown}
        shownMore={own.shownMore}
        empty={
          <Empty title={filtered ? own.none : own.empty}>
            {filtered ? (
              <Button look="quiet" onPress={() => choose(NO_CUSTODY_FILTER)}>
                {words.filter.clear}
              </Button>
            ) : (
              mayExport && <p>{own.emptyHow}</p>
            )}
          </Empty>
        }
      >
        <ExportsTable
          exports={exports}
          stale={list.isPlaceholderData}
          onDecide={(entry) => {
            setResult(null);
            setDeciding(entry);
          }}
        />
      </Listing>
      {deciding !== null && <DecideExport entry={deciding} onClose={() => setDeciding(null)} onDone={done} />}
    </CustodyFrame>
  );
}
