//! Releasing a hold, with what follows from it said before.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { serverNow } from "../../../api/clock";
import { releaseHold } from "../../../api/custody";
import { orThrow, ProblemError } from "../../../api/problem";
import { sessionDetails } from "../../../api/sessions";
import type { HoldEntry } from "../../../api/types";
import { Button } from "../../../components/Button";
import { Facts } from "../../../components/Card";
import { Failure, problemIn } from "../../../components/Failure";
import { Field } from "../../../components/Field";
import { Notice } from "../../../components/Notice";
import { Sheet } from "../../../components/Sheet";
import { useFormat } from "../../../i18n/format";
import { useWords } from "../../../i18n/language";
import { isPurpose, PURPOSE_AT_MOST } from "../../../model/grants";
import { type Aftermath, afterRelease } from "../../../model/holds";
import { useAct } from "../../../platform/act";
import { keys } from "../../../platform/queries";
import type { Result } from "../Outcome";
import { Altered, Said, SessionRef } from "../Said";

interface Props {
  hold: HoldEntry;
  onClose(): void;
  onDone(result: Result): void;
}

export function ReleaseHold({ hold, onClose, onDone }: Props) {
  const all = useWords().custody;
  const words = all.holds;
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const { working, problem, act } = useAct();

  async function submit() {
    setAsked(true);
    if (!isPurpose(reason)) return;
    const answer = await act(() => releaseHold(hold.hold, reason.trim()));
    if (answer === null) return;
    if (answer.ok) return onDone({ tone: "good", text: words.releasedNow });
    const { kind } = answer.problem;
    if (kind === "hold-released") onDone({ tone: "warn", text: words.releasedBefore });
    else if (kind === "not-found") onDone({ tone: "warn", text: words.missing });
  }

  return (
    <Sheet
      title={words.releaseTitle}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button type="submit" look="primary" icon="release" busy={working}>
            {working ? words.releasing : words.releaseSubmit}
          </Button>
          <Button onPress={onClose}>{all.cancel}</Button>
        </>
      }
    >
      <Facts
        facts={[
          [all.session, <SessionRef key="session" session={hold.session} />],
          [
            words.placedFor,
            hold.damaged ? <Altered key="altered" what="hold" /> : <Said key="reason" text={hold.reason} />,
          ],
        ]}
      />
      <Follows hold={hold} />
      {problem !== null && <Failure error={new ProblemError(problem)} />}
      <Field
        label={words.reason}
        hint={words.releaseReasonHint}
        name="reason"
        lines={3}
        maxLength={PURPOSE_AT_MOST}
        isRequired
        validationBehavior="aria"
        value={reason}
        onChange={setReason}
        error={asked && !isPurpose(reason) ? words.reasonShort : null}
      />
    </Sheet>
  );
}

/** What becomes of the session, from what the server says of it now. */
function Follows({ hold }: { hold: HoldEntry }) {
  const words = useWords().custody.holds;
  const format = useFormat();
  const details = useQuery({
    queryKey: keys.session(hold.session),
    queryFn: async ({ signal }) => orThrow(await sessionDetails(hold.session, signal)),
    staleTime: 0,
  });
  if (details.isPending || details.isFetching)
    return <Notice title={words.after}>{words.afterLoading}</Notice>;
  if (details.isError) {
    const { kind } = problemIn(details.error);
    const gone = kind === "not-found" || kind === "session-deleted";
    return (
      <Notice tone="warn" title={words.after} spoken="status">
        <p>{gone ? words.afterGone : words.afterUnknown}</p>
      </Notice>
    );
  }
  const after = afterRelease({ ...details.data, holds: details.data.holds ?? [] }, hold.hold, serverNow());
  return (
    <Notice tone={after.kind === "next-run" ? "warn" : "info"} title={words.after} spoken="status">
      <p>{said(after, words, format.day)}</p>
    </Notice>
  );
}

function said(
  after: Aftermath,
  words: ReturnType<typeof useWords>["custody"]["holds"],
  day: (at: string) => string,
): string {
  switch (after.kind) {
    case "held":
      return words.afterHeld(after.others);
    case "next-run":
      return words.afterNextRun(day(after.deadline));
    case "deadline":
      return words.afterDeadline(day(after.deadline));
    case "open":
      return words.afterOpen;
    case "none":
      return words.afterNone;
  }
}
