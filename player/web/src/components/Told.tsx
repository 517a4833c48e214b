//! What became of an action. What was pressed for it may be gone from the page: the focus comes here, and with it the reader.

import { type ReactNode, useEffect, useRef } from "react";
import { Notice } from "./Notice";
import css from "./Told.module.css";

interface Props {
  tone: "good" | "warn";
  text: string;
  children?: ReactNode;
}

export function Told({ tone, text, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1} className={css.told}>
      <Notice tone={tone} spoken="status">
        <p>{text}</p>
        {children}
      </Notice>
    </div>
  );
}
