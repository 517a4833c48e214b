//! How deletion stands, in numbers; which sessions they are stands in Custody.

import type { DeletionState } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { Card, Facts } from "../../components/Card";
import { Notice } from "../../components/Notice";
import { Second } from "../../components/Rows";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/language";
import { useMay } from "../../platform/login";
import css from "./StatePage.module.css";

export function DeletionCard({ deletions }: { deletions: DeletionState }) {
  const words = useWords().custody.state;
  const format = useFormat();
  const mayCustody = useMay("custody");
  const { overdue, under_way: underWay, last_run: run } = deletions;
  return (
    <Card title={words.title}>
      <div className={css.verdict}>
        {overdue === 0 ? (
          <Notice tone="good" title={words.fine} />
        ) : (
          <Notice tone="bad" title={words.late(overdue)} />
        )}
      </div>
      <Facts
        facts={[
          [words.underWay, format.number(underWay)],
          [
            words.lastRun,
            run === null ? (
              words.never
            ) : (
              <>
                {format.instant(run.at)}
                <Second>{words.run(format.number(run.deleted), format.number(run.failed))}</Second>
              </>
            ),
          ],
        ]}
      />
      {mayCustody && (
        <p className={css.to}>
          <ButtonLink to="/custody/deletions" icon="calendar">
            {words.link}
          </ButtonLink>
        </p>
      )}
    </Card>
  );
}
