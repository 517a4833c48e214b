//! What is marked on the time axis, as words: the legend, and a list of what is damaged or missing with a way to each.

import { useMemo } from "react";
import { useWords } from "../i18n/language";
import { damagedSpans } from "../model/damage";
import { idleSpans } from "../model/pace";
import { gaps, type Span, type Timeline } from "../model/timeline";
import type { Engine } from "./engine";
import { useInstants } from "./format";
import css from "./SeekBar.module.css";
import type { PlayerState } from "./state";

export interface Marks {
  idle: readonly Span[];
  gap: readonly Span[];
  damaged: readonly (Span & { stream: number })[];
}

export function useMarks(timeline: Timeline, found: PlayerState["found"]): Marks {
  const still = useMemo(() => ({ idle: idleSpans(timeline), gap: gaps(timeline) }), [timeline]);
  const damaged = useMemo(
    () =>
      timeline.tracks.flatMap((track) =>
        damagedSpans(track, timeline.end, found).map((span) => ({ ...span, stream: track.stream })),
      ),
    [timeline, found],
  );
  return useMemo(() => ({ ...still, damaged }), [still, damaged]);
}

export function Legend({ timeline, marks }: { timeline: Timeline; marks: Marks }) {
  const words = useWords().player;
  const format = useInstants();
  return (
    <div className={css.legend}>
      <span>{format.dated(timeline.start)}</span>
      <ul className={css.marks}>
        {marks.idle.length > 0 && <li data-mark="idle">{words.legend.idle}</li>}
        {marks.gap.length > 0 && <li data-mark="gap">{words.legend.gap}</li>}
        {marks.damaged.length > 0 && <li data-mark="damaged">{words.legend.damaged}</li>}
      </ul>
      <span>{format.dated(timeline.end)}</span>
    </div>
  );
}

interface ListProps {
  engine: Engine;
  names: ReadonlyMap<number, string>;
  marks: Marks;
}

export function MarkList({ engine, names, marks }: ListProps) {
  const words = useWords().player;
  const format = useInstants();
  const rows = [
    ...marks.damaged.map((span) => ({
      ...span,
      key: `damaged ${span.stream} ${span.from}`,
      what:
        names.size > 1 ? words.frameOn(names.get(span.stream) ?? "", words.mark.damaged) : words.mark.damaged,
    })),
    ...marks.gap.map((span) => ({ ...span, key: `gap ${span.from}`, what: words.mark.gap })),
  ].sort((a, b) => a.from - b.from);
  if (rows.length === 0) return null;
  return (
    <details className={css.list}>
      <summary>{words.marks(rows.length)}</summary>
      <ul>
        {rows.map((row) => (
          <li key={row.key}>
            <button type="button" onClick={(event) => engine.seek(row.from, event.timeStamp)}>
              {`${row.what}, ${words.span(format.clock(row.from), format.clock(row.to))}`}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
