//! The opened session: the mount point of the player, and what it shows while there is nothing to play.

import { useMemo } from "react";
import { useWords } from "../i18n/language";
import { useMe } from "../platform/login";
import type { ViewerProps } from "./contract";
import { Files } from "./Files";
import type { Part } from "./feed";
import { Notes } from "./Notes";
import { Player } from "./Player";
import { useEngine, usePlayerState } from "./useEngine";
import { useAttention, useEnd } from "./useWatch";
import css from "./Viewer.module.css";

export function Viewer(props: ViewerProps) {
  useEnd(props.until, props.onExpired);
  const { description, range } = props;
  const words = useWords().player;
  const screens = useMemo(
    () => description.streams.filter((stream) => stream.kind === "timeline"),
    [description],
  );
  const files = description.streams.filter((stream) => stream.kind !== "timeline");
  const parts = useMemo(() => partsOf(screens, range), [screens, range]);
  const names = useMemo(() => namesOf(screens, parts, words.screen), [screens, parts, words]);
  return (
    <div className={css.viewer}>
      {parts.length > 0 && <Opened {...props} parts={parts} names={names} />}
      {parts.length === 0 && screens.length > 0 && <p className={css.note}>{words.nothingShown}</p>}
      {files.length > 0 && <Files session={props.session.session} files={files} />}
    </div>
  );
}

interface OpenedProps extends ViewerProps {
  parts: readonly Part[];
  names: ReadonlyMap<number, string>;
}

function Opened({ parts, names, ...props }: OpenedProps) {
  const words = useWords().player;
  const engine = useEngine(props, parts);
  useAttention(engine, useMe().idle_seconds);
  const phase = usePlayerState(engine, (state) => state.phase);
  const live = usePlayerState(engine, (state) => state.live);
  if (engine === null || phase === null || phase === "loading") {
    return (
      <p className={css.note} role="status">
        {words.loading}
      </p>
    );
  }
  if (phase === "failed") {
    return (
      <p className={css.note} role="status">
        {`${words.failed} ${words.retrying}`}
      </p>
    );
  }
  if (phase === "damaged") {
    return (
      <p className={css.note} role="alert">
        {words.indexDamaged}
      </p>
    );
  }
  if (phase === "empty") {
    return (
      <>
        <p className={css.note}>{live ? words.empty : words.emptySealed}</p>
        <Notes engine={engine} names={names} />
      </>
    );
  }
  return <Player engine={engine} names={names} />;
}

/** The streams that the grant shows, and from where to where. */
function partsOf(screens: readonly { n: number }[], range: ViewerProps["range"]): Part[] {
  const whole = (n: number): Part => ({ stream: n, first: 0, last: Number.POSITIVE_INFINITY });
  if (range.length === 0) return screens.map((screen) => whole(screen.n));
  return screens.flatMap((screen) => {
    const part = range.find((one) => one.n === screen.n);
    if (part === undefined) return [];
    return [{ stream: screen.n, first: part.first ?? 0, last: part.last ?? Number.POSITIVE_INFINITY }];
  });
}

/** Of the streams that are shown; one without a name is named by the number that records of looks have. */
function namesOf(
  screens: readonly { n: number; name: string | null }[],
  parts: readonly Part[],
  unnamed: (n: number) => string,
): ReadonlyMap<number, string> {
  const shown = screens.filter((screen) => parts.some((part) => part.stream === screen.n));
  return new Map(shown.map((screen) => [screen.n, screen.name || unnamed(screen.n)]));
}
