//! What ends a visit without the server saying so: the grant's end by the clock, and nobody being there. Timers stand still while
//! a machine sleeps, so the clock is read again whenever the page comes into sight. The login's end is the page's matter.

import { useEffect, useRef } from "react";
import { serverNow } from "../api/clock";
import { isAway } from "../model/attention";
import type { Engine } from "./engine";
import { usePlayerState } from "./useEngine";

const EVERY_MS = 5_000;
/** A longer one would overflow and fire at once. */
const LONGEST_TIMER_MS = 2_000_000_000;
const INPUTS = ["pointerdown", "pointermove", "wheel", "keydown"] as const;

/** Calls back when the server's clock has reached an instant. */
export function useEnd(until: string, onEnd: () => void): void {
  const latest = useRef(onEnd);
  latest.current = onEnd;
  useEffect(() => {
    const end = Date.parse(until);
    let ended = false;
    const check = () => {
      if (ended || serverNow() < end) return;
      ended = true;
      latest.current();
    };
    const left = Math.min(Math.max(end - serverNow(), 0), LONGEST_TIMER_MS);
    const once = setTimeout(check, left);
    const often = again(check);
    return () => {
      clearTimeout(once);
      often();
    };
  }, [until]);
}

/** Lets the player rest when nobody has touched anything for a login's idle time, so that it can idle out. */
export function useAttention(engine: Engine | null, idleSeconds: number): void {
  const resting = usePlayerState(engine, (state) => state.resting);
  const lastInput = useRef(Date.now());
  useEffect(() => {
    if (!resting) lastInput.current = Date.now();
  }, [resting]);
  useEffect(() => {
    if (engine === null) return;
    const check = () => {
      if (isAway(lastInput.current, Date.now(), idleSeconds * 1_000)) engine.rest(true);
    };
    const touched = () => {
      // Whoever comes back says so by going on; a mouse that is nudged is no answer.
      check();
      if (!engine.snapshot().resting) lastInput.current = Date.now();
    };
    const often = again(check);
    for (const input of INPUTS) addEventListener(input, touched, { capture: true, passive: true });
    return () => {
      often();
      for (const input of INPUTS) removeEventListener(input, touched, { capture: true });
    };
  }, [engine, idleSeconds]);
}

function again(check: () => void): () => void {
  const timer = setInterval(check, EVERY_MS);
  document.addEventListener("visibilitychange", check);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", check);
  };
}
