//! Access records as rows, or as cards on a phone.

import { useState } from "react";
import { Button } from "react-aria-components";
import { Link } from "wouter";
import type { AccessEntry } from "../../api/types";
import { Badge, type Tone } from "../../components/Badge";
import { WithCode } from "../../components/Code";
import { Icon } from "../../components/Icon";
import { type Column, Rows, Second } from "../../components/Rows";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { seenText, spanText } from "../../i18n/range";
import { shortId } from "../../model/ids";
import { type Run, runsOf } from "../../model/runs";
import { seenIn } from "../../model/seen";
import css from "./AccessTable.module.css";

const TONES: Record<AccessEntry["action"], Tone> = { open: "info", view: "neutral", restore: "warn" };

interface Row {
  run: Run;
  /** One of the records of the row before. */
  within: boolean;
  unfolded: boolean;
}

/** A row a run; one that is unfolded has its records below it. */
function rowsOf(records: readonly AccessEntry[], unfolded: ReadonlySet<string>): Row[] {
  return runsOf(records).flatMap((run): Row[] => {
    const row: Row = { run, within: false, unfolded: unfolded.has(run[0].access) };
    if (!row.unfolded || run.length === 1) return [row];
    return [row, ...run.map((record): Row => ({ run: [record], within: true, unfolded: false }))];
  });
}

export function AccessTable({ records, stale }: { records: readonly AccessEntry[]; stale: boolean }) {
  const words = useWords();
  const format = useFormat();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const expired = (
    <span className={css.expired} title={words.access.expiredWhy}>
      {words.access.expired}
    </span>
  );

  function fold(id: string) {
    setUnfolded((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }

  const columns: Column<Row>[] = [
    { label: words.access.at, heads: true, cell: ({ run }) => <When run={run} /> },
    {
      label: words.access.who,
      cell: ({ run: [record], within }) => {
        if (within) return null;
        if (!record.damaged) return record.who ?? expired;
        return (
          <>
            <Badge tone="bad" icon="warning">
              {words.access.damaged}
            </Badge>
            <Second>
              <WithCode text={words.access.damagedWhy} />
            </Second>
          </>
        );
      },
    },
    {
      label: words.access.action,
      width: "narrow",
      cell: ({ run: [record] }) => (
        <Badge tone={TONES[record.action]}>{words.access.actions[record.action]}</Badge>
      ),
    },
    {
      label: words.access.range,
      width: "wide",
      cell: ({ run, unfolded }) => (
        <>
          {seenIn(run).map((seen) => (
            <span key={seen.stream} className={css.seen}>
              {seenText(seen, words, format)}
            </span>
          ))}
          {run.length > 1 && (
            <Button className={css.fold ?? ""} aria-expanded={unfolded} onPress={() => fold(run[0].access)}>
              <Icon name={unfolded ? "down" : "right"} size={14} />
              {words.looks.records(run.length)}
            </Button>
          )}
        </>
      ),
    },
    {
      label: words.access.session,
      cell: ({ run: [record], within }) =>
        within ? null : (
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
      cell: ({ run: [record], within }) =>
        within ? null : (
          <>
            <bdi>{record.purpose ?? (record.damaged ? "–" : expired)}</bdi>
            {record.case !== null && (
              <Second>
                {words.access.case} <bdi>{record.case}</bdi>
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
      rows={rowsOf(records, unfolded)}
      keyOf={({ run, within }) => `${run[0].access}${within ? " within" : ""}`}
      stale={stale}
      running
      within={(row) => row.within}
    />
  );
}

/** A record to the second; of several the minutes from the first to the last. */
function When({ run }: { run: Run }) {
  const words = useWords();
  const format = useFormat();
  const [newest] = run;
  const oldest = run.at(-1) ?? newest;
  if (run.length === 1) return <time dateTime={newest.at}>{format.exact(newest.at)}</time>;
  return <time dateTime={newest.at}>{spanText(oldest.at, newest.at, words, format)}</time>;
}
