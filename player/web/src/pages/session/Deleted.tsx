//! In place of a session that is deleted or being deleted, for those who may see how.

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemError } from "../../api/problem";
import { sessionDetails } from "../../api/sessions";
import { Button, ButtonLink } from "../../components/Button";
import { Failure } from "../../components/Failure";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { keys } from "../../platform/queries";
import css from "./SessionPage.module.css";

export function Deleted({ session, before }: { session: string; before: ReactNode }) {
  const words = useWords();
  const own = words.custody.here;
  const format = useFormat();
  const gone = useQuery({
    queryKey: keys.gone(session),
    queryFn: async ({ signal }) => {
      const answer = await sessionDetails(session, signal);
      // What the server says of it is the answer here, whichever it is.
      if (answer.ok) return null;
      const { problem } = answer;
      if (problem.deleted !== undefined) return problem.deleted;
      if (problem.kind === "not-found") return null;
      throw new ProblemError(problem);
    },
    staleTime: 0,
  });

  if (gone.isPending) return <Waiting />;
  if (gone.isError) return <Failure error={gone.error} retry={() => gone.refetch()} />;
  if (gone.data === null) {
    return (
      <Page title={words.session.gone} before={before} intro={<p>{words.session.goneWhy}</p>}>
        {null}
      </Page>
    );
  }
  const { since, certificate } = gone.data;
  const when = since === null ? "" : format.instant(since);
  return (
    <Page
      key={String(certificate)}
      title={certificate ? own.deleted : own.purging}
      before={before}
      intro={<p>{certificate ? own.deletedSince(when) : own.purgingSince(when)}</p>}
    >
      <p className={css.to}>
        {certificate ? (
          <ButtonLink to={`/custody/certificates/${session}`} look="primary" icon="document">
            {words.custody.toCertificate}
          </ButtonLink>
        ) : (
          <Button icon="refresh" busy={gone.isRefetching} onPress={() => gone.refetch()}>
            {own.again}
          </Button>
        )}
      </p>
    </Page>
  );
}
