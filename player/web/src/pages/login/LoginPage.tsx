//! Logging in. It comes in the place of whatever page was asked for, which then follows.

import { type FormEvent, useState } from "react";
import { logIn } from "../../api/login";
import type { Problem } from "../../api/problem";
import { Button } from "../../components/Button";
import { explained } from "../../components/Failure";
import { Field } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { useWords, type Words } from "../../i18n/language";
import { useFarewell, useLogOut, useWelcome } from "../../platform/login";
import { Gate } from "./Gate";
import css from "./LoginForm.module.css";

const LOCKED_FOR_SECONDS = 60;

function said(problem: Problem, words: Words): string {
  if (problem.kind === "login-failed") return words.login.failed;
  if (problem.kind === "login-locked") {
    return words.login.locked(Math.ceil((problem.retryAfterSeconds ?? LOCKED_FOR_SECONDS) / 60));
  }
  return explained(problem, words);
}

export function LoginPage() {
  const words = useWords();
  const welcome = useWelcome();
  const farewell = useFarewell();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(false);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAsked(true);
    if (working || name.trim() === "" || password === "") return;
    setWorking(true);
    setProblem(null);
    const answer = await logIn(name.trim(), password);
    setWorking(false);
    setPassword("");
    if (answer.ok) {
      welcome(answer.value);
    } else {
      setAsked(false);
      setProblem(answer.problem);
    }
  }

  return (
    <Gate>
      <Page title={words.login.title}>
        <form className={css.form} onSubmit={submit} noValidate>
          {problem === null && farewell === "ended" && <Notice spoken="status">{words.login.ended}</Notice>}
          {problem === null && farewell === "left" && (
            <Notice tone="good" spoken="status">
              {words.login.left}
            </Notice>
          )}
          {problem === null && farewell === "lingers" && <Lingers />}
          {problem !== null && (
            <Notice tone="bad" spoken="alert">
              {said(problem, words)}
            </Notice>
          )}
          <Field
            label={words.login.name}
            name="name"
            autoComplete="username"
            spellCheck="false"
            autoFocus
            value={name}
            onChange={setName}
            error={asked && name.trim() === "" ? words.login.nameMissing : null}
          />
          <Field
            label={words.login.password}
            name="password"
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            error={asked && !working && password === "" ? words.login.passwordMissing : null}
          />
          <div className={css.actions}>
            <Button type="submit" look="primary" busy={working}>
              {working ? words.login.working : words.login.submit}
            </Button>
          </div>
          <p className={css.recorded}>{words.login.recorded}</p>
        </form>
      </Page>
    </Gate>
  );
}

/** The page has forgotten the login; the server has not. */
function Lingers() {
  const words = useWords().login;
  const logOut = useLogOut();
  const [working, setWorking] = useState(false);

  async function again() {
    setWorking(true);
    await logOut();
    setWorking(false);
  }

  return (
    <Notice tone="bad" title={words.lingers} spoken="alert">
      <p>{words.lingersWhy}</p>
      <p className={css.again}>
        <Button icon="refresh" busy={working} onPress={again}>
          {words.logOutAgain}
        </Button>
      </p>
    </Notice>
  );
}
