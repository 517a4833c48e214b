//! The present, for what is shown as time passes.

import { useEffect, useState } from "react";
import { serverNow } from "../api/clock";

/** The server's clock, read again every so often. */
export function useNow(everyMs: number): number {
  const [now, set] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => set(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
