//! What is held and why, until when somebody looks at it again, and what was released.

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { listHolds } from "../../../api/custody";
import { orThrow } from "../../../api/problem";
import type { HoldEntry, HoldState } from "../../../api/types";
import { Button } from "../../../components/Button";
import { Empty } from "../../../components/Empty";
import { Listing } from "../../../components/Listing";
import { useWords } from "../../../i18n/language";
import {
  type CustodyFilter,
  custodyFilterFrom,
  custodyNarrowing,
  custodySearchOf,
  HOLD_STATES,
  holdQueryOf,
  NO_CUSTODY_FILTER,
} from "../../../model/custodyFilter";
import { useMay } from "../../../platform/login";
import { keys } from "../../../platform/queries";
import { CustodyFilterBar } from "../CustodyFilterBar";
import { CustodyFrame } from "../CustodyFrame";
import { Outcome, type Result } from "../Outcome";
import { holdsChanged } from "./changed";
import { HoldsTable } from "./HoldsTable";
import { PlaceHold } from "./PlaceHold";
import { ReleaseHold } from "./ReleaseHold";

export function HoldsPage() {
  const words = useWords().custody.holds;
  const clear = useWords().filter.clear;
  const client = useQueryClient();
  const search = useSearch();
  const [, go] = useLocation();
  const mayHold = useMay("hold");
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<HoldEntry | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const filter = custodyFilterFrom(search, HOLD_STATES);
  const canonical = custodySearchOf(filter);

  const list = useInfiniteQuery({
    queryKey: keys.holds(canonical),
    queryFn: async ({ pageParam, signal }) =>
      orThrow(await listHolds(holdQueryOf(filter), pageParam, signal)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const holds = list.data?.pages.flatMap((page) => page.holds) ?? [];

  function choose(next: CustodyFilter<HoldState>) {
    const text = custodySearchOf(next);
    go(text === "" ? "/custody/holds" : `/custody/holds?${text}`, { replace: true });
  }

  // What became of the one before goes: the next one is told anew.
  function begin(start: () => void) {
    setResult(null);
    start();
  }

  function done(next: Result) {
    setPlacing(false);
    setReleasing(null);
    setResult(next);
    holdsChanged(client);
  }

  const filtered = custodyNarrowing(filter) > 0;
  return (
    <CustodyFrame
      part="holds"
      aside={
        mayHold && (
          <Button look="primary" icon="hold" onPress={() => begin(() => setPlacing(true))}>
            {words.place}
          </Button>
        )
      }
    >
      <CustodyFilterBar
        filter={filter}
        onChange={choose}
        states={{
          label: words.state,
          options: [
            { value: "", label: words.states.active },
            { value: "released", label: words.states.released },
            { value: "all", label: words.states.all },
          ],
        }}
      />
      {result !== null && <Outcome result={result} />}
      <Listing
        list={list}
        found={holds.length}
        shown={words.shown}
        shownMore={words.shownMore}
        empty={
          <Empty title={filtered ? words.none : words.empty}>
            {filtered ? (
              <Button look="quiet" onPress={() => choose(NO_CUSTODY_FILTER)}>
                {clear}
              </Button>
            ) : (
              mayHold && <p>{words.emptyHow}</p>
            )}
          </Empty>
        }
      >
        <HoldsTable
          holds={holds}
          stale={list.isPlaceholderData}
          onRelease={mayHold ? (hold) => begin(() => setReleasing(hold)) : null}
        />
      </Listing>
      {placing && <PlaceHold session={filter.session} onClose={() => setPlacing(false)} onDone={done} />}
      {releasing !== null && (
        <ReleaseHold hold={releasing} onClose={() => setReleasing(null)} onDone={done} />
      )}
    </CustodyFrame>
  );
}
