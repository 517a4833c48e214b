//! A page's heading, title and place of focus.

import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "../i18n/language";
import css from "./Page.module.css";

// Whoever arrives finds the browser's own place of focus; whoever comes from another page is put on the new page's heading.
let arrived = false;

interface Props {
  title: string;
  /** In the browser's tab instead of the heading, which may hold content: a tab's title stays in the browser's history. */
  tab?: string;
  /** Above the heading, such as the way back. */
  before?: ReactNode;
  /** Beside the heading. */
  aside?: ReactNode;
  /** Below the heading. */
  intro?: ReactNode;
  children: ReactNode;
}

export function Page({ title, tab = title, before, aside, intro, children }: Props) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${tab} · ${words.app.name}`;
  }, [tab, words]);

  useEffect(() => {
    if (arrived) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    arrived = true;
  }, []);

  return (
    <>
      {before}
      <div className={css.top}>
        <h1 ref={heading} tabIndex={-1} className={css.title}>
          {title}
        </h1>
        {aside && <div className={css.aside}>{aside}</div>}
      </div>
      {intro && <div className={css.intro}>{intro}</div>}
      {children}
    </>
  );
}
