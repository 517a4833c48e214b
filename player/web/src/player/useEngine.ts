//! The engine in React: made for a session and a grant, closed with the component, read through selectors.

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { ViewerProps } from "./contract";
import { Engine } from "./engine";
import type { Part } from "./feed";
import { INITIAL, type PlayerState } from "./state";

export function useEngine(props: ViewerProps, parts: readonly Part[]): Engine | null {
  const [engine, setEngine] = useState<Engine | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const session = props.session.session;
  const { grant } = props;
  // By their content: a page that fetches the session anew passes new but equal lists.
  const shown = JSON.stringify(parts.map((part) => [part.stream, part.first, part.last]));
  const partsNow = useRef(parts);
  partsNow.current = parts;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` stands for the parts
  useEffect(() => {
    const { started_at, ended_at } = latest.current.session;
    const bounds = { start: instantOf(started_at), end: instantOf(ended_at) };
    const watched = { parts: partsNow.current, bounds, state: latest.current.description.state };
    const made = new Engine({ session, grant }, watched, {
      expired: () => latest.current.onExpired(),
      gone: () => latest.current.onGone(),
      loggedOut: () => latest.current.onLoggedOut(),
      sealed: () => latest.current.onSealed(),
      looked: () => latest.current.onLooked(),
    });
    setEngine(made);
    return () => {
      setEngine(null);
      made.close();
    };
  }, [session, grant, shown]);
  return engine;
}

function instantOf(at: string | null): number | null {
  const parsed = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(parsed) ? null : parsed;
}

const nothing = () => () => {};

/** A part of the player's state; renders again when it changes. Selectors return parts that are the same while unchanged. */
export function usePlayerState<T>(engine: Engine | null, select: (state: PlayerState) => T): T {
  return useSyncExternalStore(engine?.subscribe ?? nothing, () => select(engine?.snapshot() ?? INITIAL));
}
