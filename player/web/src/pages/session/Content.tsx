//! The content's place on the session page: the form that opens it, or the opened session.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { serverNow } from "../../api/clock";
import { orThrow } from "../../api/problem";
import { liveGrants } from "../../api/sessions";
import type { Grant, SessionDetails } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Notice } from "../../components/Notice";
import { Waiting } from "../../components/Waiting";
import { useWords } from "../../i18n/language";
import { grantToUse } from "../../model/grants";
import { useMay } from "../../platform/login";
import { keys } from "../../platform/queries";
import { Opened } from "./Opened";
import { OpenForm } from "./OpenForm";

interface Props {
  details: SessionDetails;
  onGone(): void;
}

export function Content({ details, onGone }: Props) {
  const words = useWords();
  if (useMay("content")) return <ForOfficer details={details} onGone={onGone} />;
  return (
    <Notice title={words.open.forbidden} icon="eye">
      <p>{words.open.forbiddenWhy}</p>
    </Notice>
  );
}

function ForOfficer({ details, onGone }: Props) {
  const client = useQueryClient();
  const { session } = details;
  // Grants of which the server or the clock said that they are over.
  const [over, setOver] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<Grant | null>(null);
  const grants = useQuery({
    queryKey: keys.grants(session),
    queryFn: async ({ signal }) => orThrow(await liveGrants(session, signal)),
    staleTime: Number.POSITIVE_INFINITY,
  });

  const refresh = useCallback(() => {
    client.invalidateQueries({ queryKey: keys.session(session) });
    client.invalidateQueries({ queryKey: keys.looks(session) });
    client.invalidateQueries({ queryKey: keys.allSessions });
  }, [client, session]);

  if (grants.isPending) return <Waiting />;
  if (grants.isError) return <Failure error={grants.error} retry={() => grants.refetch()} />;

  const grant = grantToUse(grants.data, over, serverNow());
  if (grant === null) {
    return (
      <OpenForm
        details={details}
        last={last}
        onOpened={(opened) => {
          client.setQueryData<Grant[]>(keys.grants(session), (known = []) => [...known, opened]);
          refresh();
        }}
        onGone={onGone}
      />
    );
  }
  return (
    <Opened
      key={grant.grant}
      details={details}
      grant={grant}
      onExpired={() => {
        setLast(grant);
        setOver((known) => new Set(known).add(grant.grant));
        client.removeQueries({ queryKey: keys.description(grant.grant) });
        refresh();
      }}
      onGone={onGone}
    />
  );
}
