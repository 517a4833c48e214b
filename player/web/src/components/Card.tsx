//! A part of a page, with its heading.

import { type ReactNode, useEffect, useId, useRef } from "react";
import css from "./Card.module.css";

interface Props {
  title: string;
  aside?: ReactNode;
  /** It came in the place of what had the focus: its heading takes it, unless the focus is elsewhere. */
  focused?: boolean;
  children: ReactNode;
}

export function Card({ title, aside, focused = false, children }: Props) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focused && document.activeElement === document.body) heading.current?.focus();
  }, [focused]);
  return (
    <section className={css.card} aria-labelledby={id}>
      <div className={css.head}>
        <h2 ref={heading} id={id} className={css.title} tabIndex={focused ? -1 : undefined}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Terms and what they are here. */
export function Facts({ facts }: { facts: readonly (readonly [term: string, value: ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
