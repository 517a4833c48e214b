//! Keeps what is shown to whoever is logged in: other pages of the browser log in and out too, and a login may be another's when
//! somebody comes back to this page.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Me } from "../api/types";
import { forgetLogin, keys } from "./queries";
import { listen } from "./tabs";

export function useLoginWatch() {
  const client = useQueryClient();

  useEffect(
    () =>
      listen((told) => {
        if (told === "arrived") client.refetchQueries({ queryKey: keys.me });
        else forgetLogin(client, told.left ? "left" : "lingers");
      }),
    [client],
  );

  useEffect(() => {
    const back = () => {
      if (document.visibilityState !== "visible") return;
      // Whoever sees the log-in form has nothing that could be another's.
      if (!client.getQueryData<Me | null>(keys.me)) return;
      client.refetchQueries({ queryKey: keys.me }, { cancelRefetch: false });
    };
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      window.removeEventListener("focus", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, [client]);
}
