//! Which page stands at which address, and what comes first: the log-in form, then a password of one's own.

import { Redirect, Route, Switch, useLocation } from "wouter";
import { Failure } from "../components/Failure";
import { Shell } from "../components/Shell";
import { Waiting } from "../components/Waiting";
import { useLogin } from "../platform/login";
import { AccessPage } from "./access/AccessPage";
import { LoginPage } from "./login/LoginPage";
import { PasswordPage } from "./login/PasswordPage";
import { NotFound } from "./NotFound";
import { SessionPage } from "./session/SessionPage";
import { SessionsPage } from "./sessions/SessionsPage";
import { StatePage } from "./state/StatePage";

export function Pages() {
  const login = useLogin();
  const [path] = useLocation();
  if (login.isPending) return <Waiting />;
  if (login.isError) {
    return (
      <main>
        <Failure error={login.error} retry={() => login.refetch()} />
      </main>
    );
  }
  if (login.data === null) return <LoginPage />;
  if (login.data.must_change_password) return <PasswordPage forced />;
  return (
    <Shell key={login.data.user}>
      <Switch key={path}>
        <Route path="/">
          <Redirect to="/sessions" replace />
        </Route>
        <Route path="/login">
          <Redirect to="/sessions" replace />
        </Route>
        <Route path="/sessions">
          <SessionsPage />
        </Route>
        <Route path="/sessions/:session">{({ session }) => <SessionPage session={session} />}</Route>
        <Route path="/access">
          <AccessPage />
        </Route>
        <Route path="/state">
          <StatePage />
        </Route>
        <Route path="/password">
          <PasswordPage />
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Shell>
  );
}
