//! Which page stands at which address, and what comes first: the log-in form, then a password of one's own.

import { lazy, Suspense, useEffect } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { Boundary } from "../components/Boundary";
import { Failure } from "../components/Failure";
import { Shell } from "../components/Shell";
import { Waiting } from "../components/Waiting";
import { useLogin } from "../platform/login";
import { useLoginWatch } from "../platform/watch";
import { AccessPage } from "./access/AccessPage";
import { LoginPage } from "./login/LoginPage";
import { PasswordPage } from "./login/PasswordPage";
import { NotFound } from "./NotFound";
import { SessionsPage } from "./sessions/SessionsPage";
import { StatePage } from "./state/StatePage";

// The player is half of the program, and the list does not need it.
const fetchSessionPage = () => import("./session/SessionPage");
const Custody = lazy(() => import("./custody/Custody").then((page) => ({ default: page.Custody })));
const SessionPage = lazy(() => fetchSessionPage().then((page) => ({ default: page.SessionPage })));

export function Pages() {
  const login = useLogin();
  useLoginWatch();
  const [path] = useLocation();
  const loggedIn = Boolean(login.data);
  useEffect(() => {
    // In advance: whoever reads the list opens a session next. A failure shows when the page is asked for.
    if (loggedIn) fetchSessionPage().catch(() => {});
  }, [loggedIn]);
  if (login.isPending) return <Waiting />;
  // Asked anew in vain it stays as it was: what is shown says itself that the server does not answer.
  if (login.isLoadingError) {
    return (
      <main>
        <Failure error={login.error} retry={() => login.refetch()} />
      </main>
    );
  }
  if (!login.data) return <LoginPage />;
  if (login.data.must_change_password) return <PasswordPage forced />;
  return (
    <Shell key={login.data.user}>
      <Boundary key={path}>
        <Switch>
          <Route path="/">
            <Redirect to="/sessions" replace />
          </Route>
          <Route path="/login">
            <Redirect to="/sessions" replace />
          </Route>
          <Route path="/sessions">
            <SessionsPage />
          </Route>
          <Route path="/sessions/:session">
            {({ session }) => (
              <Suspense fallback={<Waiting />}>
                <SessionPage session={session} />
              </Suspense>
            )}
          </Route>
          <Route path="/access">
            <AccessPage />
          </Route>
          <Route path="/custody/*?">
            <Suspense fallback={<Waiting />}>
              <Custody />
            </Suspense>
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
      </Boundary>
    </Shell>
  );
}
