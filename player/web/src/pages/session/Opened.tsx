//! The opened session: under which purpose, for how long, and the player.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useId, useRef } from "react";
import { description } from "../../api/content";
import { orThrow } from "../../api/problem";
import type { Grant, SessionDetails } from "../../api/types";
import { noteUse } from "../../api/use";
import { Failure, problemIn } from "../../components/Failure";
import { Waiting } from "../../components/Waiting";
import { useWords } from "../../i18n/language";
import { useLoginEnds } from "../../platform/login";
import { keys } from "../../platform/queries";
import { Viewer } from "../../player/Viewer";
import { GrantBar } from "./GrantBar";
import css from "./Opened.module.css";

/** Playing commits records quickly; the list of looks beside it need not be asked for as often. */
const LOOKS_AT_MOST_EVERY_MS = 4_000;

interface Props {
  details: SessionDetails;
  grant: Grant;
  onExpired(): void;
  onGone(): void;
}

export function Opened({ details, grant, onExpired, onGone }: Props) {
  const words = useWords().opened;
  const heading = useId();
  const client = useQueryClient();
  const loginEnds = useLoginEnds();
  const { session } = details;

  const described = useQuery({
    queryKey: keys.description(grant.grant),
    queryFn: async ({ signal }) => orThrow(await description({ session, grant: grant.grant }, signal)),
    staleTime: Number.POSITIVE_INFINITY,
  });

  const expired = useRef(onExpired);
  expired.current = onExpired;

  const onSealed = useCallback(() => {
    client.invalidateQueries({ queryKey: keys.session(session) });
    client.invalidateQueries({ queryKey: keys.allSessions });
    client.invalidateQueries({ queryKey: keys.description(grant.grant) });
  }, [client, session, grant.grant]);

  const refresh = useRef<ReturnType<typeof setTimeout> | null>(null);
  const onLooked = useCallback(() => {
    // Frames are fetched by a worker, whose requests this page does not see.
    noteUse();
    refresh.current ??= setTimeout(() => {
      refresh.current = null;
      client.invalidateQueries({ queryKey: keys.looks(session) });
    }, LOOKS_AT_MOST_EVERY_MS);
  }, [client, session]);
  useEffect(
    () => () => {
      if (refresh.current !== null) clearTimeout(refresh.current);
    },
    [],
  );

  const fault = described.isError ? problemIn(described.error).kind : null;
  const over = fault === "grant-expired" || fault === "grant-required";
  useEffect(() => {
    if (over) expired.current();
  }, [over]);

  return (
    <section aria-labelledby={heading} className={css.opened}>
      <h2 id={heading} className={css.heading}>
        {words.region}
      </h2>
      <GrantBar grant={grant} />
      {described.isPending && <Waiting label={words.loading} />}
      {described.isError && described.data === undefined && !over && (
        <Failure error={described.error} retry={() => described.refetch()} />
      )}
      {described.data !== undefined && (
        <Viewer
          session={details}
          grant={grant.grant}
          until={grant.until}
          range={grant.streams}
          description={described.data}
          onExpired={onExpired}
          onGone={onGone}
          onSealed={onSealed}
          onLoggedOut={loginEnds}
          onLooked={onLooked}
        />
      )}
    </section>
  );
}
