//! Holds as rows, or as cards on a phone.

import type { HoldEntry } from "../../../api/types";
import { Badge } from "../../../components/Badge";
import { Button } from "../../../components/Button";
import { type Column, Rows, Second } from "../../../components/Rows";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import { useTenantName } from "../../../platform/places";
import { Altered, By, Said, SessionRef } from "../Said";
import css from "./HoldsTable.module.css";
import { ReviewDay } from "./ReviewDay";

interface Props {
  holds: readonly HoldEntry[];
  stale: boolean;
  /** Null: this login releases none. */
  onRelease: ((hold: HoldEntry) => void) | null;
}

export function HoldsTable({ holds, stale, onRelease }: Props) {
  const words = useWords().custody;
  const format = useFormat();
  const tenantName = useTenantName();

  const columns: Column<HoldEntry>[] = [
    {
      label: words.session,
      heads: true,
      cell: (hold) => (
        <>
          {hold.session_kept ? (
            <SessionRef session={hold.session} />
          ) : (
            <SessionRef session={hold.session} to={`/custody/certificates/${hold.session}`} />
          )}
          <Second>{tenantName(hold.tenant)}</Second>
          {!hold.session_kept && <Second>{words.holds.gone}</Second>}
        </>
      ),
    },
    {
      label: words.holds.reason,
      width: "wide",
      cell: (hold) =>
        hold.damaged ? (
          <Altered what="hold" />
        ) : (
          <>
            <Said text={hold.reason} />
            {hold.owner !== null && (
              <Second>
                <bdi>{words.here.responsible(hold.owner)}</bdi>
              </Second>
            )}
          </>
        ),
    },
    {
      label: words.holds.placed,
      cell: (hold) => (
        <>
          <span className={css.instant}>{format.instant(hold.placed_at)}</span>
          {!hold.damaged && (
            <Second>
              <By who={hold.placed_by} said={words.holds.by} />
            </Second>
          )}
        </>
      ),
    },
    {
      label: words.holds.state,
      cell: (hold) =>
        hold.released_at === null ? (
          <ReviewDay hold={hold} />
        ) : (
          <>
            <Badge icon="release">{words.holds.released}</Badge>
            <Second>
              {!hold.damaged && (
                <>
                  <By who={hold.released_by} said={words.holds.by} />,{" "}
                </>
              )}
              {format.instant(hold.released_at)}
            </Second>
            <Second>{hold.release_reason !== null && <Said text={hold.release_reason} />}</Second>
          </>
        ),
    },
  ];
  if (onRelease !== null && holds.some((hold) => hold.released_at === null)) {
    columns.push({
      label: words.holds.release,
      width: "narrow",
      cell: (hold) =>
        hold.released_at === null ? (
          <Button
            icon="release"
            aria-label={words.holds.releaseOf(words.sessionOf(hold.session))}
            onPress={() => onRelease(hold)}
          >
            {words.holds.release}
          </Button>
        ) : null,
    });
  }

  return (
    <Rows
      label={words.holds.table}
      columns={columns}
      rows={holds}
      keyOf={(hold) => hold.hold}
      stale={stale}
    />
  );
}
