//! Keeps what is shown to whoever is logged in: other pages of the browser log in and out too, a login may be another's when
//! somebody comes back to this page, and it ends by the clock while nothing is asked.

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { serverNow } from "../api/clock";
import { whoAmI } from "../api/login";
import type { Me } from "../api/types";
import { lastUse, noteUse, onUse } from "../api/use";
import { loginStanding, TOLD_EVERY_MS } from "../model/loginEnd";
import { forgetLogin, keys, meet } from "./queries";
import { listen, tell } from "./tabs";

/** A timer does not run while the computer sleeps, and may be late in a page that is not seen. */
const LOOK_AGAIN_MS = 60_000;
/** An idle login is not shown for longer than this while the server is asked about it. */
const ANSWER_MS = 5_000;

function known(client: QueryClient): Me | null {
  return client.getQueryData<Me | null>(keys.me) ?? null;
}

/** Asks whether an idle login still lasts. No answer is none. */
async function askAbout(client: QueryClient, me: Me) {
  const answer = await whoAmI(AbortSignal.timeout(ANSWER_MS));
  if (known(client)?.user !== me.user) return;
  if (!answer.ok) return forgetLogin(client, "ended");
  meet(client, answer.value);
  client.setQueryData<Me | null>(keys.me, answer.value);
}

/** Forgets a login when it is over. */
function watchClock(client: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;

  function look() {
    clearTimeout(timer);
    const me = known(client);
    let again = LOOK_AGAIN_MS;
    if (me !== null) {
      const ahead = serverNow() - Date.now();
      const standing = loginStanding(me, lastUse() + ahead, serverNow());
      if (standing.kind === "over") forgetLogin(client, "ended");
      else if (standing.kind === "lasts") again = Math.min(again, standing.ms);
      else if (!asking) {
        asking = true;
        askAbout(client, me).finally(() => {
          asking = false;
        });
      }
    }
    timer = setTimeout(look, again);
  }

  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}

/** Tells the browser's other pages that the login is in use. */
function tellUse(): () => void {
  let told = 0;
  return onUse(() => {
    const used = lastUse();
    if (used - told < TOLD_EVERY_MS) return;
    told = used;
    tell({ used });
  });
}

/** Asks who is logged in whenever somebody comes back to the page. */
function watchReturn(client: QueryClient): () => void {
  const back = () => {
    // Whoever sees the log-in form has nothing that could be another's.
    if (document.visibilityState !== "visible" || known(client) === null) return;
    client.refetchQueries({ queryKey: keys.me }, { cancelRefetch: false });
  };
  window.addEventListener("focus", back);
  document.addEventListener("visibilitychange", back);
  return () => {
    window.removeEventListener("focus", back);
    document.removeEventListener("visibilitychange", back);
  };
}

function watchOthers(client: QueryClient): () => void {
  return listen((told) => {
    if (told === "arrived") client.refetchQueries({ queryKey: keys.me });
    else if ("used" in told) noteUse(told.used);
    else forgetLogin(client, told.left ? "left" : "lingers");
  });
}

export function useLoginWatch() {
  const client = useQueryClient();
  useEffect(() => {
    const ends = [watchClock(client), tellUse(), watchReturn(client), watchOthers(client)];
    return () => {
      for (const end of ends) end();
    };
  }, [client]);
}
