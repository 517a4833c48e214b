//! What is deleted when: what is overdue and under way, a month of deadlines, and the sessions of a day.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { serverNow } from "../../../api/clock";
import { deletions } from "../../../api/custody";
import { orThrow } from "../../../api/problem";
import { Button } from "../../../components/Button";
import { Choice } from "../../../components/Choice";
import { Failure } from "../../../components/Failure";
import { Waiting } from "../../../components/Waiting";
import { useWords } from "../../../i18n/language";
import { dayOf } from "../../../model/days";
import {
  calendarOf,
  type DeletionsPlace,
  deletionsPlaceFrom,
  deletionsQueryOf,
  deletionsSearchOf,
  dueQueryOf,
} from "../../../model/deletions";
import { useTenants } from "../../../platform/places";
import { keys } from "../../../platform/queries";
import { timeZone } from "../../../platform/zone";
import { CustodyFrame } from "../CustodyFrame";
import css from "./DeletionsPage.module.css";
import { DueSessions } from "./DueSessions";
import { MonthCard } from "./MonthCard";
import { Overview } from "./Overview";

const ALL = "all tenants";

export function DeletionsPage() {
  const words = useWords();
  const search = useSearch();
  const [, go] = useLocation();
  const tenants = useTenants().data ?? [];
  const today = dayOf(new Date(serverNow()));
  const place = deletionsPlaceFrom(search, today);
  const query = deletionsQueryOf(place, timeZone());
  // Whoever picks is led to the list; whoever comes with an address finds it where the browser puts the focus.
  const [led, setLed] = useState(false);

  const answer = useQuery({
    queryKey: keys.deletions(query),
    queryFn: async ({ signal }) => orThrow(await deletions(query, signal)),
    placeholderData: keepPreviousData,
  });
  const known = answer.data;

  function choose(part: Partial<DeletionsPlace>) {
    setLed(part.picked !== undefined);
    const text = deletionsSearchOf({ ...place, ...part }, today);
    go(text === "" ? "/custody/deletions" : `/custody/deletions?${text}`, { replace: true });
  }
  const onLed = useCallback(() => setLed(false), []);

  return (
    <CustodyFrame
      part="deletions"
      aside={
        <Button look="quiet" icon="refresh" busy={answer.isRefetching} onPress={() => answer.refetch()}>
          {words.state.refresh}
        </Button>
      }
    >
      {(tenants.length > 1 || place.tenant !== null) && (
        <div className={css.tenant}>
          <Choice
            label={words.filter.tenant}
            options={[
              { value: ALL, label: words.app.all },
              ...tenants.map(({ tenant, name }) => ({ value: tenant, label: name })),
            ]}
            value={place.tenant ?? ALL}
            marked={place.tenant !== null}
            onChange={(value) => choose({ tenant: value === ALL ? null : value })}
          />
        </div>
      )}
      {answer.isPending && <Waiting />}
      {answer.isError && (
        <div className={css.failure}>
          <Failure error={answer.error} retry={() => answer.refetch()} />
        </div>
      )}
      {known !== undefined && (
        <>
          <Overview known={known} onShow={(kind) => choose({ picked: { kind } })} />
          <div className={css.columns}>
            <MonthCard
              calendar={calendarOf(place.month, known.days)}
              month={place.month}
              today={today}
              picked={place.picked?.kind === "day" ? place.picked.day : null}
              waiting={answer.isPlaceholderData}
              onMonth={(month) => choose({ month })}
              onPick={(day, month) => choose({ picked: { kind: "day", day }, month })}
            />
            <DueSessions
              picked={place.picked}
              query={answer.isPlaceholderData ? null : dueQueryOf(place, known)}
              led={led}
              onLed={onLed}
            />
          </div>
        </>
      )}
    </CustodyFrame>
  );
}
