//! What the archive says of a session without opening it.

import type { ReactNode } from "react";
import type { SessionDetails } from "../../api/types";
import { Card, Facts } from "../../components/Card";
import { Deadline } from "../../components/Deadline";
import { Second } from "../../components/Rows";
import { contentText, streamKind, streamName } from "../../i18n/content";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { lastedMs } from "../../model/deadline";
import { isolated } from "../../model/foreign";
import { useNow } from "../../platform/now";
import css from "./SessionFacts.module.css";

const MINUTE_MS = 60_000;

interface Props {
  session: SessionDetails;
  /** Class, deadline and holds stand beside it, with all that is known of them. */
  custodyBeside: boolean;
}

export function SessionFacts({ session, custodyBeside }: Props) {
  const all = useWords();
  const words = all.session;
  const format = useFormat();
  const now = useNow(MINUTE_MS);
  const lasted = lastedMs(session);

  const how = session.how === null ? null : words.howExplained[session.how];
  const facts: (readonly [string, ReactNode] | null)[] = [
    [words.fact.tenant, session.tenant_name],
    [words.fact.device, session.device_name],
    [words.fact.kind, words.kinds[session.kind]],
    [
      words.fact.state,
      <>
        {words.states[session.state]}
        {how !== null && <Second>{how}</Second>}
      </>,
    ],
    [words.fact.started, format.exact(session.started_at)],
    session.ended_at === null
      ? null
      : [session.how === "imported" ? words.fact.imported : words.fact.ended, format.exact(session.ended_at)],
    lasted === null ? null : [words.fact.lasted, format.duration(lasted)],
    custodyBeside ? null : [words.fact.class, session.class],
    custodyBeside ? null : [words.fact.deadline, <Deadline key="deadline" session={session} now={now} />],
    custodyBeside ? null : [words.fact.hold, session.held ? words.holdExplained : words.holdNone],
    [words.fact.consent, session.consent ? words.consentYes : words.consentNo],
    [words.fact.content, contentText(session.streams, all)],
    session.waiting === 0 ? null : [words.fact.waiting, words.frames(session.waiting)],
    [words.fact.size, words.sizes(format.bytes(session.original_bytes), format.bytes(session.stored_bytes))],
    [
      words.fact.streams,
      <ul key="streams">
        {session.streams.map((stream) => (
          <li key={stream.n}>
            {streamName(stream, all)}
            <Second>{streamKind(stream, all)}</Second>
          </li>
        ))}
      </ul>,
    ],
    session.gaps === null
      ? null
      : [words.fact.gaps, <Gaps key="gaps" session={session} gaps={session.gaps} />],
    [
      words.fact.id,
      <span key="id" className={css.id}>
        {session.session}
      </span>,
    ],
  ];

  return (
    <Card title={words.facts}>
      <Facts facts={facts.filter((fact) => fact !== null)} />
    </Card>
  );
}

/** Numbers that never came: the seal says which, so that nobody takes them out later. */
function Gaps({ session, gaps }: { session: SessionDetails; gaps: NonNullable<SessionDetails["gaps"]> }) {
  const words = useWords();
  if (gaps.length === 0) return words.session.gapsNone;
  const nameOf = (n: number) => {
    const stream = session.streams.find((one) => one.n === n);
    return stream === undefined ? words.session.streamName(n) : streamName(stream, words);
  };
  return (
    <ul>
      {gaps.map((gap) => (
        <li key={gap.n}>{words.session.gap(isolated(nameOf(gap.n)), gap.missing)}</li>
      ))}
    </ul>
  );
}
