//! What is overdue, what is under way and when deletion last ran, with what to do about it.

import type { Deletions } from "../../../api/types";
import { Button } from "../../../components/Button";
import { Card } from "../../../components/Card";
import { WithCode } from "../../../components/Code";
import { Notice } from "../../../components/Notice";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import { shortId } from "../../../model/ids";
import { useTenants } from "../../../platform/places";
import css from "./Overview.module.css";

/** Sessions under way that are named; the rest is counted. */
const NAMED = 5;
const HOUR_SECONDS = 3600;

interface Props {
  known: Deletions;
  onShow(kind: "overdue" | "kept"): void;
}

export function Overview({ known, onShow }: Props) {
  const words = useWords().custody.deletions;
  return (
    <div className={css.cards}>
      <Card title={words.overdue}>
        <Overdue overdue={known.overdue} onShow={onShow} />
      </Card>
      <Card title={words.underWay}>
        <UnderWay sessions={known.under_way} count={known.under_way_count} />
      </Card>
      <Card title={words.lastRun}>
        <LastRun run={known.last_run} everySeconds={known.every_seconds} />
      </Card>
    </div>
  );
}

function Overdue({ overdue, onShow }: { overdue: Deletions["overdue"]; onShow: Props["onShow"] }) {
  const words = useWords().custody.deletions;
  return (
    <div className={css.parts}>
      {overdue.sessions === 0 ? (
        <Notice tone="good" title={words.overdueNone} />
      ) : (
        <>
          <Notice tone="bad">
            <p>{words.overdueSome(overdue.sessions)}</p>
          </Notice>
          <p className={css.soft}>
            <WithCode text={words.overdueHow} />
          </p>
          <div>
            <Button icon="calendar" onPress={() => onShow("overdue")}>
              {words.overdueShow(overdue.sessions)}
            </Button>
          </div>
        </>
      )}
      {overdue.held > 0 && (
        <>
          <p className={css.soft}>{words.kept(overdue.held)}</p>
          <div>
            <Button icon="hold" onPress={() => onShow("kept")}>
              {words.keptShow}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function UnderWay({ sessions, count }: { sessions: Deletions["under_way"]; count: number }) {
  const words = useWords();
  const format = useFormat();
  const tenants = useTenants().data ?? [];
  if (count === 0) return <p className={css.soft}>{words.custody.deletions.underWayNone}</p>;
  const named = sessions.slice(0, NAMED);
  return (
    <div className={css.parts}>
      <p>{words.custody.deletions.underWaySome(count)}</p>
      <ul className={css.sessions}>
        {named.map(({ session, tenant, since }) => (
          <li key={session}>
            <span className={css.id} title={session}>
              …{shortId(session)}
            </span>{" "}
            <span className={css.soft}>
              {tenants.length > 1 && `${tenants.find((one) => one.tenant === tenant)?.name ?? ""}, `}
              {words.custody.deletions.since(format.instant(since))}
            </span>
          </li>
        ))}
        {count > named.length && (
          <li className={css.soft}>{words.custody.deletions.underWayMore(count - named.length)}</li>
        )}
      </ul>
      <p className={css.soft}>
        <WithCode text={words.custody.deletions.underWayHow} />
      </p>
    </div>
  );
}

function LastRun({ run, everySeconds }: { run: Deletions["last_run"]; everySeconds: number | null }) {
  const words = useWords().custody.deletions;
  const format = useFormat();
  const every = (seconds: number) =>
    seconds % HOUR_SECONDS === 0
      ? words.everyHours(seconds / HOUR_SECONDS)
      : words.every(format.duration(seconds * 1000));
  return (
    <div className={css.parts}>
      {run === null ? (
        <p>{words.lastRunNone}</p>
      ) : (
        <>
          <p>
            <strong className={css.when}>{format.instant(run.at)}</strong>
            <br />
            {words.lastRunDeleted(run.deleted)}
          </p>
          {run.failed > 0 && (
            <Notice tone="warn">
              <p>{words.lastRunFailed(run.failed)}</p>
            </Notice>
          )}
        </>
      )}
      <p className={css.soft}>{everySeconds === null ? words.everyNone : every(everySeconds)}</p>
    </div>
  );
}
