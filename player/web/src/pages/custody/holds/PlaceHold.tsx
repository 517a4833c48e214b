//! Placing a hold: on a session that is known, or on one whose id is typed.

import { useState } from "react";
import { serverNow } from "../../../api/clock";
import { placeHold } from "../../../api/custody";
import type { Problem } from "../../../api/problem";
import { ProblemError } from "../../../api/problem";
import { Button } from "../../../components/Button";
import { DayField } from "../../../components/DayField";
import { Failure } from "../../../components/Failure";
import { Field } from "../../../components/Field";
import { Notice } from "../../../components/Notice";
import { Sheet } from "../../../components/Sheet";
import { useWords } from "../../../i18n/language";
import { type Day, dayOf } from "../../../model/days";
import { isPurpose, PURPOSE_AT_MOST } from "../../../model/grants";
import { holdRequestOf, OWNER_AT_MOST } from "../../../model/holds";
import { isId } from "../../../model/ids";
import { useAct } from "../../../platform/act";
import type { Result } from "../Outcome";

interface Props {
  /** What the field for the id begins with; it is only there where `fixed` is not set. */
  session: string | null;
  /** The session is the one whose page this is. */
  fixed?: boolean;
  onClose(): void;
  onDone(result: Result): void;
}

export function PlaceHold({ session, fixed = false, onClose, onDone }: Props) {
  const all = useWords().custody;
  const words = all.holds;
  const [id, setId] = useState(session ?? "");
  const [reason, setReason] = useState("");
  const [owner, setOwner] = useState("");
  const [review, setReview] = useState<Day | null>(null);
  const [asked, setAsked] = useState(false);
  const { working, problem, act } = useAct();

  const on = id.trim().toLowerCase();
  const today = dayOf(new Date(serverNow()));
  const past = review !== null && review < today;

  async function submit() {
    setAsked(true);
    if (!isId(on) || !isPurpose(reason) || past) return;
    const answer = await act(() => placeHold(on, holdRequestOf(reason, owner, review)));
    if (answer === null) return;
    if (answer.ok) return onDone({ tone: "good", text: words.placedNow });
    if (fixed && answer.problem.kind === "not-found") return onDone({ tone: "warn", text: words.unknown });
    const late = tooLate(answer.problem, on, words);
    if (late !== null) onDone(late);
  }

  return (
    <Sheet
      title={words.place}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button type="submit" look="primary" icon="hold" busy={working}>
            {working ? words.placing : words.place}
          </Button>
          <Button onPress={onClose}>{all.cancel}</Button>
        </>
      }
    >
      <Notice icon="hold">
        <p>{words.placeWhat}</p>
      </Notice>
      {problem !== null && problem.kind !== "not-found" && <Failure error={new ProblemError(problem)} />}
      {!fixed && (
        <Field
          label={all.session}
          hint={words.sessionHint}
          name="session"
          autoComplete="off"
          spellCheck="false"
          isRequired
          validationBehavior="aria"
          value={id}
          onChange={setId}
          error={
            asked && !isId(on) ? all.sessionInvalid : problem?.kind === "not-found" ? words.unknown : null
          }
        />
      )}
      <Field
        label={words.reason}
        hint={words.reasonHint}
        name="reason"
        lines={3}
        maxLength={PURPOSE_AT_MOST}
        isRequired
        validationBehavior="aria"
        value={reason}
        onChange={setReason}
        error={asked && !isPurpose(reason) ? words.reasonShort : null}
      />
      <Field
        label={words.owner}
        aside={words.optional}
        hint={words.ownerHint}
        name="owner"
        autoComplete="off"
        maxLength={OWNER_AT_MOST}
        value={owner}
        onChange={setOwner}
      />
      <DayField
        label={words.review}
        aside={words.optional}
        hint={words.reviewHint}
        value={review}
        onChange={setReview}
        least={today}
        error={past ? words.reviewPast : null}
      />
    </Sheet>
  );
}

/** Somebody or something else was faster, and trying again is of no use. */
function tooLate(
  problem: Problem,
  session: string,
  words: { purging: string; deleted: string },
): Result | null {
  if (problem.kind === "session-purging") return { tone: "warn", text: words.purging };
  if (problem.kind !== "session-deleted") return null;
  const result: Result = { tone: "warn", text: words.deleted };
  if (problem.deleted?.certificate) result.certificate = session;
  return result;
}
