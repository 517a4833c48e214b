//! What is asked of the server and kept while the page is open. In memory only, and dropped when the login ends.

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { type Answer, ProblemError } from "../api/problem";
import type { Me } from "../api/types";

/** How the page came to show the log-in form. `lingers`: logging out did not reach the server, where the login lives on. */
export type Farewell = "ended" | "left" | "lingers" | null;

export const keys = {
  me: ["me"] as const,
  farewell: ["farewell"] as const,
  tenants: ["tenants"] as const,
  devices: (tenant: string | null) => ["devices", tenant] as const,
  sessions: (search: string) => ["sessions", search] as const,
  allSessions: ["sessions"] as const,
  session: (session: string) => ["session", session] as const,
  everySession: ["session"] as const,
  grants: (session: string) => ["grants", session] as const,
  description: (grant: string) => ["description", grant] as const,
  looks: (session: string) => ["looks", session] as const,
  access: (search: string) => ["access", search] as const,
  state: ["state"] as const,
  deletions: (query: object) => ["deletions", query] as const,
  due: (query: object) => ["deletions", "due", query] as const,
  allDeletions: ["deletions"] as const,
  holds: (search: string) => ["holds", search] as const,
  allHolds: ["holds"] as const,
  certificates: (search: string) => ["certificates", search] as const,
  certificate: (session: string) => ["certificate", session] as const,
  exports: (search: string) => ["exports", search] as const,
  allExports: ["exports"] as const,
  gone: (session: string) => ["gone", session] as const,
};

/** What logging out came to: only the server can say that a login is over. */
export function farewellAfter(answer: Answer<unknown>): Farewell {
  return answer.ok || answer.problem.kind === "login-required" ? "left" : "lingers";
}

/** The login is over: everything it could see goes, and the log-in form comes in the page's place. */
export function forgetLogin(client: QueryClient, farewell: Farewell) {
  forgetSeen(client);
  client.setQueryData<Farewell>(keys.farewell, farewell);
  client.setQueryData<Me | null>(keys.me, null);
}

/** Somebody logged in here. */
export function welcome(client: QueryClient, me: Me) {
  meet(client, me);
  client.setQueryData<Me | null>(keys.me, me);
}

/** The server said whose login the cookie is. What another one saw goes before anything of this one comes. */
export function meet(client: QueryClient, now: Me | null) {
  const before = client.getQueryData<Me | null>(keys.me) ?? null;
  if (before?.user !== now?.user) forgetSeen(client);
  if (now !== null) client.setQueryData<Farewell>(keys.farewell, null);
  else if (before !== null) client.setQueryData<Farewell>(keys.farewell, "ended");
}

function forgetSeen(client: QueryClient) {
  const kept: readonly string[] = [keys.me[0], keys.farewell[0]];
  client.removeQueries({ predicate: (query) => !kept.includes(String(query.queryKey[0])) });
}

function wellMeant(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    (error.problem.kind === "unreachable" || error.problem.kind === "unavailable")
  );
}

export function newClient(): QueryClient {
  const noticed = (error: unknown) => {
    if (!(error instanceof ProblemError)) return;
    if (error.problem.kind === "login-required" && client.getQueryData(keys.me) !== null) {
      forgetLogin(client, "ended");
    }
    if (error.problem.kind === "password-change-required") {
      client.setQueryData<Me | null>(keys.me, (me) => (me ? { ...me, must_change_password: true } : me));
    }
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: noticed }),
    mutationCache: new MutationCache({ onError: noticed }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // What the server refused it refuses again; only a failed connection is worth another try.
        retry: (failures, error) => failures < 1 && wellMeant(error),
        retryDelay: 800,
      },
    },
  });
  return client;
}
