//! The keys, all on one sheet.

import { useEffect, useId, useRef } from "react";
import { useWords } from "../i18n/language";
import { Glyph } from "./Glyph";
import css from "./HelpSheet.module.css";

export function HelpSheet({ onClose }: { onClose(): void }) {
  const words = useWords().player.keys;
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    // Modal: the browser keeps the focus in it, closes it with Escape and gives the focus back.
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const shift = words.shift;
  const groups: [string, [keys: string[], does: string][]][] = [
    [
      words.groups.play,
      [
        [[words.space, "K"], words.toggle],
        [["<", ">"], words.speed],
        [["I"], words.idle],
      ],
    ],
    [
      words.groups.move,
      [
        [["←", "→"], words.step],
        [[`${shift} ←`, `${shift} →`], words.jump],
        [[words.pageUp, words.pageDown], words.minute],
        [[words.home, words.end], words.ends],
      ],
    ],
    [
      words.groups.view,
      [
        [["+", "−"], words.zoom],
        [["0"], words.fit],
        [["1"], words.original],
        [["W", "A", "S", "D"], words.pan],
        [["N"], words.screen],
        [["F"], words.full],
        [["?"], words.help],
      ],
    ],
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by itself; the click is on the ground around it
    <dialog
      ref={dialog}
      className={css.sheet}
      aria-labelledby={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={css.inside}>
        <header className={css.head}>
          <h2 id={title}>{words.title}</h2>
          <button type="button" className={css.close} aria-label={words.close} onClick={onClose}>
            <Glyph name="close" />
          </button>
        </header>
        <div className={css.groups}>
          {groups.map(([name, rows]) => (
            <section key={name}>
              <h3>{name}</h3>
              <dl>
                {rows.map(([keys, does]) => (
                  <div key={does}>
                    <dt>
                      {keys.map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <p className={css.note}>{words.mouse}</p>
        <p className={css.note}>{words.where}</p>
      </div>
    </dialog>
  );
}
