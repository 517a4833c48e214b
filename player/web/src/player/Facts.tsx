//! What the archive says of the frames in sight.

import { useWords } from "../i18n/language";
import css from "./Facts.module.css";
import { useInstants } from "./format";
import type { PlayerProps } from "./Player";
import type { Showing } from "./state";
import { usePlayerState } from "./useEngine";

export function Facts({ engine, names }: PlayerProps) {
  const words = useWords().player;
  const showing = usePlayerState(engine, (state) => state.showing);
  return (
    <details className={css.facts}>
      <summary>{words.facts}</summary>
      <div className={css.lists}>
        {[...showing].map(([stream, one]) => (
          <FactList key={stream} stream={stream} name={names.get(stream) ?? ""} showing={one} />
        ))}
      </div>
    </details>
  );
}

function FactList({ stream, name, showing }: { stream: number; name: string; showing: Showing }) {
  const words = useWords().player;
  const format = useInstants();
  if (showing.kind === "before") return null;
  const { frame } = showing;
  const exact = showing.kind === "exact" ? showing : null;
  const notes = [
    showing.kind === "unshowable" ? words.broken[showing.why.broken] : null,
    frame.cut ? words.cut : null,
    exact?.partial ? words.partial : null,
  ].filter((note) => note !== null);
  const facts: [string, string][] = [
    [
      words.fact.captured,
      frame.captured === null
        ? `${format.exact(frame.at)} (${words.estimated})`
        : format.exact(frame.captured),
    ],
    // As the records of looks name them.
    [words.fact.stream, format.number(stream)],
    [words.fact.number, format.number(frame.seq)],
    [words.fact.type, frame.type || "–"],
    [words.fact.size, frame.bytes > 0 ? format.bytes(frame.bytes) : "–"],
    [words.fact.pixels, exact === null ? "–" : `${exact.width} × ${exact.height}`],
    [words.fact.check, exact?.checked ? words.checked : words.notChecked],
  ];
  if (notes.length > 0) facts.push([words.fact.notes, notes.join("; ")]);
  return (
    <section className={css.screen}>
      <h4>{name}</h4>
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
