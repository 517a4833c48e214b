//! Changing one's password: at will, or because the present one was for one time only.

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { changePassword } from "../../api/login";
import type { Problem } from "../../api/problem";
import type { Me } from "../../api/types";
import { Button } from "../../components/Button";
import { explained } from "../../components/Failure";
import { Field } from "../../components/Field";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { useWords } from "../../i18n/language";
import { faultsOf, isFaultless } from "../../model/password";
import { useLogOut, useMe } from "../../platform/login";
import { forgetLogin, keys } from "../../platform/queries";
import { Gate } from "./Gate";
import css from "./LoginForm.module.css";

export function PasswordPage({ forced = false }: { forced?: boolean }) {
  const words = useWords();
  if (!forced) {
    return (
      <Page title={words.password.title}>
        <PasswordForm forced={false} />
      </Page>
    );
  }
  return (
    <Gate>
      <Page title={words.password.title} intro={<p>{words.password.forced}</p>}>
        <PasswordForm forced />
      </Page>
    </Gate>
  );
}

function PasswordForm({ forced }: { forced: boolean }) {
  const words = useWords();
  const client = useQueryClient();
  const me = useMe();
  const logOut = useLogOut();
  const [, go] = useLocation();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [asked, setAsked] = useState(false);
  const [working, setWorking] = useState(false);
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const faults = faultsOf(old, next, again);
  const wrong = problem?.kind === "login-failed";

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAsked(true);
    if (working || !isFaultless(faults)) return;
    setWorking(true);
    setProblem(null);
    const answer = await changePassword(old, next);
    setWorking(false);
    if (!answer.ok) {
      if (answer.problem.kind === "login-required") forgetLogin(client, "ended");
      setProblem(answer.problem);
      return;
    }
    setOld("");
    setNext("");
    setAgain("");
    setAsked(false);
    setDone(true);
    client.setQueryData<Me | null>(keys.me, (known) =>
      known ? { ...known, must_change_password: false } : known,
    );
  }

  return (
    <form className={`${css.form} ${css.narrow}`} onSubmit={submit} noValidate>
      {done && (
        <Notice tone="good" spoken="status">
          {words.password.done}
        </Notice>
      )}
      {problem !== null && (
        <Notice tone="bad" spoken="alert">
          {wrong ? words.password.wrong : explained(problem, words)}
        </Notice>
      )}
      <input type="text" name="name" autoComplete="username" value={me.name} readOnly hidden />
      <Field
        label={words.password.old}
        type="password"
        name="old"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
        error={asked && faults.old !== null ? words.password[faults.old] : null}
      />
      <Field
        label={words.password.new}
        hint={words.password.rule}
        type="password"
        name="new"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        error={asked && faults.next !== null ? words.password[faults.next] : null}
      />
      <Field
        label={words.password.again}
        type="password"
        name="again"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        error={asked && faults.again !== null ? words.password[faults.again] : null}
      />
      <div className={css.actions}>
        <Button type="submit" look="primary" busy={working}>
          {working ? words.password.working : words.password.submit}
        </Button>
        {forced ? (
          <Button look="quiet" onPress={logOut}>
            {words.account.logOut}
          </Button>
        ) : (
          <Button look="quiet" onPress={() => go("/sessions")}>
            {words.password.cancel}
          </Button>
        )}
      </div>
    </form>
  );
}
