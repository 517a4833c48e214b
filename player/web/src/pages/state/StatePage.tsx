//! How the archive is: what it stores, when it was last verified, what waits.

import { useQuery } from "@tanstack/react-query";
import { orThrow } from "../../api/problem";
import { archiveState } from "../../api/state";
import { Button } from "../../components/Button";
import { Failure } from "../../components/Failure";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { keys } from "../../platform/queries";
import { DeletionCard } from "./DeletionCard";
import { IntakeCard } from "./IntakeCard";
import css from "./StatePage.module.css";
import { StorageCard } from "./StorageCard";
import { VerifyCard } from "./VerifyCard";

export function StatePage() {
  const words = useWords().state;
  const format = useFormat();
  const state = useQuery({
    queryKey: keys.state,
    queryFn: async ({ signal }) => orThrow(await archiveState(signal)),
    staleTime: 0,
  });
  return (
    <Page
      title={words.title}
      intro={
        state.data && (
          <p>
            {words.at(format.exact(state.data.now))} · {words.version} {state.data.version}
          </p>
        )
      }
      aside={
        <Button look="quiet" icon="refresh" busy={state.isRefetching} onPress={() => state.refetch()}>
          {words.refresh}
        </Button>
      }
    >
      <div className={css.cards}>
        {state.isPending && <Waiting />}
        {state.isError && <Failure error={state.error} retry={() => state.refetch()} />}
        {state.data && (
          <>
            <VerifyCard verify={state.data.verify} />
            <DeletionCard deletions={state.data.deletions} />
            <IntakeCard intake={state.data.intake} />
            <div className={css.wide}>
              <StorageCard storage={state.data.storage} kind={state.data.objects.kind} />
            </div>
          </>
        )}
      </div>
    </Page>
  );
}
