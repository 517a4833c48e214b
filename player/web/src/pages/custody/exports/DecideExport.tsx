//! Another officer decides about an export.

import { useState } from "react";
import { decideExport } from "../../../api/exports";
import { ProblemError } from "../../../api/problem";
import type { ExportEntry } from "../../../api/types";
import { Button } from "../../../components/Button";
import { Facts } from "../../../components/Card";
import { Failure } from "../../../components/Failure";
import { Field } from "../../../components/Field";
import { Notice } from "../../../components/Notice";
import { Sheet } from "../../../components/Sheet";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import { isPurpose, PURPOSE_AT_MOST } from "../../../model/grants";
import { useAct } from "../../../platform/act";
import type { Result } from "../Outcome";
import { By, Said, SessionRef } from "../Said";

interface Props {
  entry: ExportEntry;
  onClose(): void;
  onDone(result: Result): void;
}

export function DecideExport({ entry, onClose, onDone }: Props) {
  const all = useWords().custody;
  const words = all.exports;
  const format = useFormat();
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const { working, problem, act } = useAct();
  const given = reason.trim() !== "";

  async function decide(approve: boolean) {
    setAsked(!approve || given);
    if ((given || !approve) && !isPurpose(reason)) return;
    const decision = given ? { approve, reason: reason.trim() } : { approve };
    const answer = await act(() => decideExport(entry.export, decision));
    if (answer === null) return;
    if (answer.ok) return onDone({ tone: "good", text: approve ? words.approved : words.refused });
    const result = elsewhere(answer.problem.kind, words);
    if (result === null) return;
    if (answer.problem.deleted?.certificate) result.certificate = entry.session;
    onDone(result);
  }

  return (
    <Sheet
      title={words.decideTitle}
      onClose={onClose}
      onSubmit={() => decide(true)}
      actions={
        <>
          <Button type="submit" look="primary" icon="consent" busy={working}>
            {working ? words.deciding : words.approve}
          </Button>
          <Button icon="close" busy={working} onPress={() => decide(false)}>
            {words.refuse}
          </Button>
          <Button look="quiet" onPress={onClose}>
            {all.cancel}
          </Button>
        </>
      }
    >
      <Notice icon="package">
        <p>{words.decideWhat}</p>
      </Notice>
      {problem !== null && <Failure error={new ProblemError(problem)} />}
      <Facts
        facts={[
          [all.session, <SessionRef key="session" session={entry.session} />],
          [
            words.asked,
            <>
              {format.instant(entry.asked_at)} <By who={entry.asked_by} said={words.by} />
            </>,
          ],
          [words.purpose, <Said key="purpose" text={entry.purpose} />],
          [words.case, entry.case === null ? "–" : <bdi key="case">{entry.case}</bdi>],
        ]}
      />
      {entry.damaged && (
        <Notice tone="warn">
          <p>{words.damagedWhy}</p>
        </Notice>
      )}
      <Field
        label={words.decideReason}
        hint={words.decideReasonHint}
        name="reason"
        lines={2}
        maxLength={PURPOSE_AT_MOST}
        value={reason}
        onChange={setReason}
        error={asked && !isPurpose(reason) ? words.decideReasonShort : null}
      />
    </Sheet>
  );
}

/** Something happened elsewhere, and deciding again is of no use. */
function elsewhere(kind: string, words: ReturnType<typeof useWords>["custody"]["exports"]): Result | null {
  switch (kind) {
    case "export-decided":
      return { tone: "warn", text: words.decidedBefore };
    case "export-expired":
      return { tone: "warn", text: words.decidedLate };
    case "own-request":
      return { tone: "warn", text: words.own };
    case "session-purging":
    case "session-deleted":
    case "not-found":
      return { tone: "warn", text: words.gone };
    default:
      return null;
  }
}
