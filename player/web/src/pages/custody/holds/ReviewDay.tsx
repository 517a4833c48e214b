//! When somebody looks at a hold again, and whether that day is past.

import type { HoldEntry } from "../../../api/types";
import { Badge } from "../../../components/Badge";
import { Second } from "../../../components/Rows";
import { useCalendarFormat } from "../../../i18n/calendar";
import { useWords } from "../../../i18n/language";
import { dayOf } from "../../../model/days";
import { reviewOf } from "../../../model/holds";
import { useNow } from "../../../platform/now";

const MINUTE_MS = 60_000;

export function ReviewDay({ hold }: { hold: HoldEntry }) {
  const words = useWords().custody;
  const format = useCalendarFormat();
  const today = dayOf(new Date(useNow(MINUTE_MS)));
  const review = reviewOf(hold, today);
  return (
    <>
      {review === "overdue" && (
        <Badge tone="bad" icon="warning">
          {words.holds.reviewOverdue}
        </Badge>
      )}
      {review === "soon" && (
        <Badge tone="warn" icon="calendar">
          {words.holds.reviewSoon}
        </Badge>
      )}
      {(review === "later" || review === "none") && <Badge icon="hold">{words.holds.inForce}</Badge>}
      <Second>
        {hold.review_on === null ? words.holds.reviewNone : words.here.reviewBy(format.day(hold.review_on))}
      </Second>
    </>
  );
}
