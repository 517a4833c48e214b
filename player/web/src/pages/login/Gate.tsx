//! What surrounds the forms before a login: the product's name, the form, language and appearance.

import type { ReactNode } from "react";
import { Mark } from "../../components/Mark";
import { Preferences } from "../../components/Preferences";
import { Disclaimer } from "../../components/Shell";
import { useWords } from "../../i18n/language";
import css from "./Gate.module.css";

export function Gate({ children }: { children: ReactNode }) {
  const words = useWords().app;
  return (
    <div className={css.gate}>
      <header className={css.brand}>
        <Mark size={44} />
        <p className={css.name}>{words.name}</p>
        <p className={css.about}>{words.about}</p>
      </header>
      <main className={css.main}>
        <div className={css.card}>{children}</div>
        <div className={css.preferences}>
          <Preferences />
        </div>
      </main>
      <Disclaimer />
    </div>
  );
}
