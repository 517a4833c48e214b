//! Asking for a session's evidence bundle, from the session's page.

import { type ReactNode, useState } from "react";
import { Checkbox } from "react-aria-components";
import { askForExport } from "../../../api/exports";
import { ProblemError } from "../../../api/problem";
import type { ExportEntry } from "../../../api/types";
import { Button } from "../../../components/Button";
import { Failure } from "../../../components/Failure";
import { Field } from "../../../components/Field";
import { Icon } from "../../../components/Icon";
import { Notice } from "../../../components/Notice";
import { Sheet } from "../../../components/Sheet";
import { useWords } from "../../../i18n/language";
import { exportRequestOf } from "../../../model/exports";
import { CASE_AT_MOST, isPurpose, PURPOSE_AT_MOST } from "../../../model/grants";
import { useAct } from "../../../platform/act";
import type { Result } from "../Outcome";
import css from "./AskExport.module.css";

interface Props {
  session: string;
  /** Why and for which matter the session is open for this login; what the form begins with. */
  opening: { purpose: string; case: string | null } | null;
  onClose(): void;
  onAsked(entry: ExportEntry): void;
  onLate(result: Result): void;
}

export function AskExport({ session, opening, onClose, onAsked, onLate }: Props) {
  const all = useWords().custody;
  const words = all.exports;
  const [purpose, setPurpose] = useState(opening?.purpose ?? "");
  const [matter, setMatter] = useState(opening?.case ?? "");
  // Set once the server said that the session is damaged.
  const [isDamaged, setIsDamaged] = useState(false);
  const [damagedToo, setDamagedToo] = useState(false);
  const [asked, setAsked] = useState(false);
  const { working, problem, act } = useAct();

  async function submit() {
    setAsked(true);
    if (!isPurpose(purpose) || (isDamaged && !damagedToo)) return;
    const answer = await act(() => askForExport(session, exportRequestOf(purpose, matter, damagedToo)));
    if (answer === null) return;
    if (answer.ok) return onAsked(answer.value);
    const { kind, deleted } = answer.problem;
    if (kind === "session-damaged") setIsDamaged(true);
    else if (kind === "session-purging") onLate({ tone: "warn", text: words.purging });
    else if (kind === "session-deleted") {
      const late: Result = { tone: "warn", text: words.deleted };
      if (deleted?.certificate) late.certificate = session;
      onLate(late);
    }
  }

  return (
    <Sheet
      title={words.askTitle}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button type="submit" look="primary" icon="package" busy={working}>
            {working ? words.asking : words.askSubmit}
          </Button>
          <Button onPress={onClose}>{all.cancel}</Button>
        </>
      }
    >
      <Notice icon="package">
        <p>{words.askWhat}</p>
      </Notice>
      {problem !== null && problem.kind !== "session-damaged" && (
        <Failure error={new ProblemError(problem)} />
      )}
      <Field
        label={words.purpose}
        hint={words.purposeHint}
        name="purpose"
        lines={3}
        maxLength={PURPOSE_AT_MOST}
        isRequired
        validationBehavior="aria"
        value={purpose}
        onChange={setPurpose}
        error={asked && !isPurpose(purpose) ? words.purposeShort : null}
      />
      <Field
        label={words.case}
        aside={words.optional}
        hint={words.caseHint}
        name="case"
        autoComplete="off"
        maxLength={CASE_AT_MOST}
        value={matter}
        onChange={setMatter}
      />
      {isDamaged && (
        <Damaged missing={asked && !damagedToo}>
          <Checkbox className={css.box ?? ""} isSelected={damagedToo} onChange={setDamagedToo}>
            <span className={css.tick}>
              <Icon name="consent" size={14} />
            </span>
            {words.damagedToo}
          </Checkbox>
        </Damaged>
      )}
    </Sheet>
  );
}

function Damaged({ missing, children }: { missing: boolean; children: ReactNode }) {
  const words = useWords().custody.exports;
  return (
    <Notice tone="warn" title={words.isDamaged} spoken={missing ? "alert" : "status"}>
      <p>{words.isDamagedWhy}</p>
      {children}
    </Notice>
  );
}
