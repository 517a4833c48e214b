//! How long the session is kept and what keeps it, with what an officer can do about it.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { serverNow } from "../../api/clock";
import { listExports } from "../../api/exports";
import { orThrow } from "../../api/problem";
import { liveGrants } from "../../api/sessions";
import type { ExportEntry, HoldEntry, SessionDetails } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { Card, Facts } from "../../components/Card";
import { Deadline } from "../../components/Deadline";
import { Failure } from "../../components/Failure";
import { Second } from "../../components/Rows";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { custodySearchOf } from "../../model/custodyFilter";
import { grantToUse } from "../../model/grants";
import { useMay } from "../../platform/login";
import { useNow } from "../../platform/now";
import { keys } from "../../platform/queries";
import { AskExport } from "../custody/exports/AskExport";
import { BundleLink } from "../custody/exports/BundleLink";
import { EXPORT_TONES } from "../custody/exports/ExportsTable";
import { holdsChanged } from "../custody/holds/changed";
import { PlaceHold } from "../custody/holds/PlaceHold";
import { ReleaseHold } from "../custody/holds/ReleaseHold";
import { ReviewDay } from "../custody/holds/ReviewDay";
import { Outcome, type Result } from "../custody/Outcome";
import { Altered, By, Said } from "../custody/Said";
import css from "./CustodyCard.module.css";

const MINUTE_MS = 60_000;
/** The rest is on the page of all exports. */
const EXPORTS_SHOWN = 3;

type Doing = { kind: "place" } | { kind: "export" } | { kind: "release"; hold: HoldEntry } | null;

export function CustodyCard({ details }: { details: SessionDetails }) {
  const words = useWords();
  const own = words.custody.here;
  const client = useQueryClient();
  const now = useNow(MINUTE_MS);
  const mayHold = useMay("hold");
  const mayExport = useMay("export");
  const [doing, setDoing] = useState<Doing>(null);
  const [result, setResult] = useState<Result | null>(null);
  const [ready, setReady] = useState<ExportEntry | null>(null);
  const { session, retention } = details;
  const holds = details.holds ?? [];
  const here = custodySearchOf({ tenant: null, session, state: null });
  const sealed = details.state === "sealed";
  const opening = useOpening(session, mayExport);

  // What became of the one before goes: the next one is told anew.
  function begin(next: Doing) {
    setResult(null);
    setReady(null);
    setDoing(next);
  }

  function done(next: Result) {
    setDoing(null);
    setReady(null);
    setResult(next);
    holdsChanged(client, session);
  }

  return (
    <Card
      title={own.title}
      aside={
        <div className={css.acts}>
          {mayHold && (
            <Button icon="hold" onPress={() => begin({ kind: "place" })}>
              {own.place}
            </Button>
          )}
          {mayExport && sealed && (
            <Button icon="package" onPress={() => begin({ kind: "export" })}>
              {own.export}
            </Button>
          )}
        </div>
      }
    >
      {result !== null && (
        <div className={css.outcome}>
          <Outcome result={result} />
          {ready !== null && (
            <p className={css.ready}>
              <BundleLink entry={ready} primary />
            </p>
          )}
        </div>
      )}
      <Facts
        facts={[
          [own.class, <bdi key="class">{words.custody.classOf(retention.name, retention.days)}</bdi>],
          [own.deadline, <Deadline key="deadline" session={details} now={now} />],
        ]}
      />
      <h3 className={css.third}>{own.holds}</h3>
      {holds.length === 0 ? (
        <p className={css.none}>{own.holdsNone}</p>
      ) : (
        <ul className={css.list}>
          {holds.map((hold) => (
            <Hold
              key={hold.hold}
              hold={hold}
              onRelease={mayHold ? () => begin({ kind: "release", hold }) : null}
            />
          ))}
        </ul>
      )}
      <h3 className={css.third}>{own.exports}</h3>
      <Exports session={session} sealed={sealed} />
      <p className={css.ways}>
        <Link href={`/custody/holds?${here}&state=all`}>{own.allHolds}</Link>
        <Link href={`/custody/exports?${here}`}>{own.allExports}</Link>
      </p>
      {doing?.kind === "place" && (
        <PlaceHold session={session} fixed onClose={() => setDoing(null)} onDone={done} />
      )}
      {doing?.kind === "release" && (
        <ReleaseHold hold={doing.hold} onClose={() => setDoing(null)} onDone={done} />
      )}
      {doing?.kind === "export" && (
        <AskExport
          session={session}
          opening={opening}
          onClose={() => setDoing(null)}
          onLate={done}
          onAsked={(entry) => {
            const text = entry.may_download
              ? words.custody.exports.askedReady
              : words.custody.exports.askedWaits;
            setDoing(null);
            setReady(entry.may_download ? entry : null);
            setResult({ tone: "good", text });
            client.invalidateQueries({ queryKey: keys.allExports });
          }}
        />
      )}
    </Card>
  );
}

/** The opening under which this login looks at the session, as the content beside it has asked for it already. */
function useOpening(session: string, enabled: boolean) {
  const grants = useQuery({
    queryKey: keys.grants(session),
    queryFn: async ({ signal }) => orThrow(await liveGrants(session, signal)),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
  return grants.data === undefined ? null : grantToUse(grants.data, new Set(), serverNow());
}

function Hold({ hold, onRelease }: { hold: HoldEntry; onRelease: (() => void) | null }) {
  const words = useWords().custody;
  const format = useFormat();
  return (
    <li className={css.entry}>
      <div>
        {hold.damaged ? (
          <Altered what="hold" />
        ) : (
          <>
            <Said text={hold.reason} />
            <Second>
              <By who={hold.placed_by} said={words.holds.by} />, {format.instant(hold.placed_at)}
            </Second>
          </>
        )}
        {hold.owner !== null && (
          <Second>
            <bdi>{words.here.responsible(hold.owner)}</bdi>
          </Second>
        )}
        <div className={css.review}>
          <ReviewDay hold={hold} />
        </div>
      </div>
      {onRelease !== null && (
        <Button
          look="quiet"
          icon="release"
          aria-label={words.holds.releaseOf(hold.reason ?? words.expired)}
          onPress={onRelease}
        >
          {words.holds.release}
        </Button>
      )}
    </li>
  );
}

function Exports({ session, sealed }: { session: string; sealed: boolean }) {
  const words = useWords().custody;
  const format = useFormat();
  const list = useQuery({
    queryKey: keys.exports(`newest of ${session}`),
    queryFn: async ({ signal }) =>
      orThrow(await listExports({ session, limit: EXPORTS_SHOWN }, null, signal)),
  });
  if (list.isPending) return <p className={css.none}>{words.exports.loading}</p>;
  if (list.isError) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (list.data.exports.length === 0) {
    return <p className={css.none}>{sealed ? words.here.exportsNone : words.exports.open}</p>;
  }
  return (
    <ul className={css.list}>
      {list.data.exports.map((entry) => (
        <li key={entry.export} className={css.entry}>
          <div>
            <Badge tone={EXPORT_TONES[entry.state]}>{words.exports.states[entry.state]}</Badge>
            <Second>
              {format.instant(entry.asked_at)} <By who={entry.asked_by} said={words.exports.by} />
            </Second>
            <Second>
              <Said text={entry.purpose} />
            </Second>
          </div>
          {entry.may_download && <BundleLink entry={entry} />}
        </li>
      ))}
    </ul>
  );
}
