//! Saying why, before anything is shown.

import { type FormEvent, useState } from "react";
import { Checkbox, CheckboxGroup, FieldError, Label, Text } from "react-aria-components";
import type { Problem } from "../../api/problem";
import { ProblemError } from "../../api/problem";
import { openSession } from "../../api/sessions";
import type { Grant, GrantRequest, SessionDetails } from "../../api/types";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { Choice } from "../../components/Choice";
import { Failure } from "../../components/Failure";
import { Field } from "../../components/Field";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { streamKind, streamName } from "../../i18n/content";
import { useWords } from "../../i18n/language";
import { CASE_AT_MOST, isPurpose, MINUTES, MINUTES_BY_DEFAULT, PURPOSE_AT_MOST } from "../../model/grants";
import { useLoginEnds } from "../../platform/login";
import css from "./OpenForm.module.css";

interface Props {
  details: SessionDetails;
  /** The grant that ran out while it was looked at. */
  last: Grant | null;
  onOpened(grant: Grant): void;
  onGone(): void;
}

export function OpenForm({ details, last, onOpened, onGone }: Props) {
  const words = useWords();
  const loginEnds = useLoginEnds();
  const [purpose, setPurpose] = useState(last?.purpose ?? "");
  const [matter, setMatter] = useState(last?.case ?? "");
  const [minutes, setMinutes] = useState(String(MINUTES_BY_DEFAULT));
  const [streams, setStreams] = useState<string[]>(details.streams.map((stream) => String(stream.n)));
  const [asked, setAsked] = useState(false);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const several = details.streams.length > 1;
  const streamsMissing = several && streams.length === 0;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAsked(true);
    if (working || !isPurpose(purpose) || streamsMissing) return;
    const request: GrantRequest = { purpose: purpose.trim(), minutes: Number(minutes) };
    if (matter.trim() !== "") request.case = matter.trim();
    if (several && streams.length < details.streams.length) {
      request.streams = streams.map(Number).map((n) => ({ n }));
    }
    setWorking(true);
    setProblem(null);
    const answer = await openSession(details.session, request);
    setWorking(false);
    if (answer.ok) return onOpened(answer.value);
    if (answer.problem.kind === "login-required") return loginEnds();
    if (answer.problem.kind === "not-found") return onGone();
    setProblem(answer.problem);
  }

  return (
    <Card title={last === null ? words.open.title : words.open.again} focused={last !== null}>
      <form className={css.form} onSubmit={submit} noValidate>
        <div className={css.notice}>
          <Notice icon="eye" title={words.open.notice}>
            <p>{words.open.noticeWhat}</p>
          </Notice>
          {last !== null && (
            <Notice tone="warn" icon="clock" spoken="status">
              <p>{words.open.againWhy}</p>
            </Notice>
          )}
          {problem !== null && <Failure error={new ProblemError(problem)} />}
        </div>
        <div className={css.fields}>
          <Field
            label={words.open.purpose}
            hint={words.open.purposeHint}
            name="purpose"
            lines={3}
            maxLength={PURPOSE_AT_MOST}
            isRequired
            validationBehavior="aria"
            value={purpose}
            onChange={setPurpose}
            error={asked && !isPurpose(purpose) ? words.open.purposeShort : null}
          />
          <div className={css.row}>
            <Field
              label={words.open.case}
              aside={words.open.optional}
              hint={words.open.caseHint}
              name="case"
              autoComplete="off"
              maxLength={CASE_AT_MOST}
              value={matter}
              onChange={setMatter}
            />
            <Choice
              label={words.open.lasts}
              options={MINUTES.map((n) => ({ value: String(n), label: words.open.minutes(n) }))}
              value={minutes}
              onChange={setMinutes}
            />
          </div>
          {several && (
            <CheckboxGroup
              className={css.streams ?? ""}
              value={streams}
              onChange={setStreams}
              isInvalid={asked && streamsMissing}
            >
              <Label className={css.label ?? ""}>{words.open.streams}</Label>
              <div className={css.boxes}>
                {details.streams.map((stream) => (
                  <Checkbox key={stream.n} value={String(stream.n)} className={css.box ?? ""}>
                    <span className={css.tick}>
                      <Icon name="consent" size={14} />
                    </span>
                    <span>
                      {streamName(stream, words)}{" "}
                      <span className={css.what}>{streamKind(stream, words)}</span>
                    </span>
                  </Checkbox>
                ))}
              </div>
              <Text slot="description" className={css.hint ?? ""}>
                {words.open.streamsHint}
              </Text>
              <FieldError className={css.error ?? ""}>{words.open.streamsNone}</FieldError>
            </CheckboxGroup>
          )}
          <div>
            <Button type="submit" look="primary" icon="eye" busy={working}>
              {working ? words.open.working : words.open.submit}
            </Button>
          </div>
        </div>
      </form>
    </Card>
  );
}
