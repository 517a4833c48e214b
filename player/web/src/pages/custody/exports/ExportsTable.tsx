//! Exports as rows, or as cards on a phone.

import type { ExportEntry, ExportState } from "../../../api/types";
import { Badge, type Tone } from "../../../components/Badge";
import { Button } from "../../../components/Button";
import { type Column, Rows, Second } from "../../../components/Rows";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import { useTenantName } from "../../../platform/places";
import { By, Said, SessionRef } from "../Said";
import { BundleLink } from "./BundleLink";
import css from "./ExportsTable.module.css";

export const EXPORT_TONES: Record<ExportState, Tone> = {
  asked: "warn",
  approved: "good",
  refused: "bad",
  expired: "neutral",
};

interface Props {
  exports: readonly ExportEntry[];
  stale: boolean;
  onDecide(entry: ExportEntry): void;
}

export function ExportsTable({ exports, stale, onDecide }: Props) {
  const words = useWords().custody;
  const own = words.exports;
  const format = useFormat();
  const tenantName = useTenantName();

  const columns: Column<ExportEntry>[] = [
    {
      label: words.session,
      heads: true,
      cell: (entry) => (
        <>
          <SessionRef session={entry.session} />
          <Second>{tenantName(entry.tenant)}</Second>
          {entry.damaged && (
            <span title={own.damagedWhy}>
              <Badge tone="warn" icon="warning">
                {own.damaged}
              </Badge>
            </span>
          )}
        </>
      ),
    },
    {
      label: own.asked,
      cell: (entry) => (
        <>
          <span className={css.instant}>{format.instant(entry.asked_at)}</span>
          <Second>
            <By who={entry.asked_by} said={own.by} />
          </Second>
        </>
      ),
    },
    {
      label: own.purpose,
      width: "wide",
      cell: (entry) => (
        <>
          <Said text={entry.purpose} />
          {entry.case !== null && (
            <Second>
              {own.case} <bdi>{entry.case}</bdi>
            </Second>
          )}
        </>
      ),
    },
    {
      label: own.state,
      width: "wide",
      cell: (entry) => <State entry={entry} />,
    },
    {
      label: own.file,
      cell: (entry) =>
        !(entry.may_decide || entry.may_download || entry.bundles.length > 0) ? null : (
          <span className={css.acts}>
            {entry.may_decide && (
              <Button
                look="primary"
                aria-label={own.decideOn(words.sessionOf(entry.session))}
                onPress={() => onDecide(entry)}
              >
                {own.decide}
              </Button>
            )}
            {entry.may_download && <BundleLink entry={entry} />}
            {entry.bundles.length > 0 && (
              <span className={css.written}>
                {own.bundles(entry.bundles.length)}
                {entry.bundles.slice(-3).map((bundle) => (
                  <Second key={bundle.number}>
                    {own.bundleAt(bundle.number, format.instant(bundle.at))}
                  </Second>
                ))}
              </span>
            )}
          </span>
        ),
    },
  ];
  return (
    <Rows label={own.table} columns={columns} rows={exports} keyOf={(entry) => entry.export} stale={stale} />
  );
}

/** Whether it is approved, by whom, and what there is to do or to wait for. */
function State({ entry }: { entry: ExportEntry }) {
  const words = useWords().custody.exports;
  const format = useFormat();
  // Where no approval was needed nobody decided.
  const decided = entry.decided_at !== null && entry.approvals > 0 ? entry.decided_at : null;
  return (
    <>
      <Badge tone={EXPORT_TONES[entry.state]}>{words.states[entry.state]}</Badge>
      {decided !== null && (
        <Second>
          <By who={entry.decided_by} said={words.by} />, {format.instant(decided)}
        </Second>
      )}
      {entry.decision_reason !== null && (
        <Second>
          <Said text={entry.decision_reason} />
        </Second>
      )}
      {entry.state === "asked" && entry.until !== null && (
        <Second>{words.waitsUntil(format.instant(entry.until))}</Second>
      )}
      {entry.state === "asked" && entry.mine && <Second>{words.ownWaits}</Second>}
      {entry.may_download && entry.until !== null && (
        <Second>{words.until(format.instant(entry.until))}</Second>
      )}
      {entry.state === "approved" && !entry.mine && entry.until !== null && (
        <Second>{words.othersDownload}</Second>
      )}
      {entry.state === "expired" && <Second>{words.untilOver}</Second>}
    </>
  );
}
