//! Sessions as rows, or as cards on a phone.

import { Link } from "wouter";
import type { Session } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Deadline } from "../../components/Deadline";
import { type Column, Rows, Second } from "../../components/Rows";
import { SessionBadges } from "../../components/SessionBadges";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { lastedMs } from "../../model/deadline";
import { asAt } from "../../model/grants";
import { useNow } from "../../platform/now";
import css from "./SessionsTable.module.css";

/** An opening that ended is not shown for longer than this. */
const EVERY_MS = 5_000;

export function SessionsTable({ sessions, stale }: { sessions: readonly Session[]; stale: boolean }) {
  const words = useWords();
  const format = useFormat();
  const now = useNow(EVERY_MS);

  const columns: Column<Session>[] = [
    {
      label: words.sessions.device,
      heads: true,
      cell: (session) => (
        <>
          <Link href={`/sessions/${session.session}`} className={css.link}>
            {session.device_name}
          </Link>
          {session.title !== null && <bdi className={css.title}>{session.title}</bdi>}
          <Second>{session.tenant_name}</Second>
          {session.grant !== null && (
            <span className={css.opened}>
              <Badge tone="info" icon="eye">
                {words.sessions.openedUntil(format.time(session.grant.until))}
              </Badge>
            </span>
          )}
        </>
      ),
    },
    {
      label: words.sessions.started,
      width: "narrow",
      cell: (session) => {
        const lasted = lastedMs(session);
        return (
          <>
            {format.instant(session.started_at)}
            {lasted !== null && <Second>{format.duration(lasted)}</Second>}
          </>
        );
      },
    },
    { label: words.sessions.kind, width: "narrow", cell: (session) => words.session.kinds[session.kind] },
    { label: words.sessions.state, cell: (session) => <SessionBadges session={session} /> },
    {
      label: words.sessions.content,
      width: "narrow",
      cell: (session) => (
        <>
          {words.session.frames(session.frames)}
          <Second>{format.bytes(session.original_bytes)}</Second>
        </>
      ),
    },
    {
      label: words.sessions.deadline,
      width: "narrow",
      cell: (session) => <Deadline session={session} now={now} />,
    },
  ];

  return (
    <Rows
      label={words.sessions.table}
      columns={columns}
      rows={sessions.map((session) => asAt(session, now))}
      keyOf={(session) => session.session}
      stale={stale}
    />
  );
}
