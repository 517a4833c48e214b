//! Who is logged in, for every page.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { logOut, whoAmI } from "../api/login";
import { orThrow } from "../api/problem";
import type { Me, Permission } from "../api/types";
import { type Farewell, farewellAfter, forgetLogin, keys, meet, welcome } from "./queries";
import { tell } from "./tabs";

/** Null: nobody. The failure of any other kind is thrown to the query. */
async function me(signal: AbortSignal): Promise<Me | null> {
  const answer = await whoAmI(signal);
  if (!answer.ok && answer.problem.kind === "login-required") return null;
  return orThrow(answer);
}

export function useLogin() {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.me,
    queryFn: async ({ signal }) => {
      const now = await me(signal);
      // An answer that comes after this login was left is not taken.
      signal.throwIfAborted();
      meet(client, now);
      return now;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
}

export function useMe(): Me {
  const { data } = useLogin();
  if (!data) throw new Error("nobody is logged in");
  return data;
}

export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** Ends the login at the server and forgets here whatever it could see, also where the server did not answer. */
export function useLogOut(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    const farewell = farewellAfter(await logOut());
    await client.cancelQueries({ queryKey: keys.me });
    forgetLogin(client, farewell);
    tell({ left: farewell === "left" });
  }, [client]);
}

/** Takes in who has logged in, here and for the browser's other pages. */
export function useWelcome(): (me: Me) => void {
  const client = useQueryClient();
  return useCallback(
    (me) => {
      welcome(client, me);
      tell("arrived");
    },
    [client],
  );
}

export function useFarewell(): Farewell {
  const { data } = useQuery<Farewell>({
    queryKey: keys.farewell,
    queryFn: () => null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data ?? null;
}

/** For calls outside of a query: the server said that the login is over. */
export function useLoginEnds(): () => void {
  const client = useQueryClient();
  return useCallback(() => forgetLogin(client, "ended"), [client]);
}
