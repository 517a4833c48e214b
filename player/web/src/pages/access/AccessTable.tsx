//! Access records as rows, or as cards on a phone.

import { Link } from "wouter";
import type { AccessEntry } from "../../api/types";
import { Badge, type Tone } from "../../components/Badge";
import { WithCode } from "../../components/Code";
import { type Column, Rows, Second } from "../../components/Rows";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { rangeText } from "../../i18n/range";
import { shortId } from "../../model/ids";
import css from "./AccessTable.module.css";

const TONES: Record<AccessEntry["action"], Tone> = { open: "info", view: "neutral", restore: "warn" };

export function AccessTable({ records, stale }: { records: readonly AccessEntry[]; stale: boolean }) {
  const words = useWords();
  const format = useFormat();
  const expired = (
    <span className={css.expired} title={words.access.expiredWhy}>
      {words.access.expired}
    </span>
  );

  const columns: Column<AccessEntry>[] = [
    {
      label: words.access.at,
      heads: true,
      cell: (record) => <time dateTime={record.at}>{format.exact(record.at)}</time>,
    },
    {
      label: words.access.who,
      cell: (record) =>
        record.damaged ? (
          <>
            <Badge tone="bad" icon="warning">
              {words.access.damaged}
            </Badge>
            <Second>
              <WithCode text={words.access.damagedWhy} />
            </Second>
          </>
        ) : (
          (record.who ?? expired)
        ),
    },
    {
      label: words.access.action,
      width: "narrow",
      cell: (record) => <Badge tone={TONES[record.action]}>{words.access.actions[record.action]}</Badge>,
    },
    { label: words.access.range, cell: (record) => rangeText(record, words, format) },
    {
      label: words.access.session,
      cell: (record) => (
        <>
          <Link
            href={`/sessions/${record.session}`}
            className={css.id}
            aria-label={`${words.access.session} ${record.session}`}
          >
            …{shortId(record.session)}
          </Link>
          <Second>{record.tenant_name}</Second>
        </>
      ),
    },
    {
      label: words.access.purpose,
      width: "wide",
      cell: (record) => (
        <>
          {record.purpose ?? (record.damaged ? "–" : expired)}
          {record.case !== null && (
            <Second>
              {words.access.case} {record.case}
            </Second>
          )}
        </>
      ),
    },
  ];

  return (
    <Rows
      label={words.access.table}
      columns={columns}
      rows={records}
      keyOf={(record) => record.access}
      stale={stale}
    />
  );
}
