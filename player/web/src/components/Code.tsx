//! A sentence in which commands stand between backquotes.

import { Fragment } from "react";

export function WithCode({ text }: { text: string }) {
  // Every other part stands between backquotes.
  const parts = text.split("`");
  return parts.map((part, n) => {
    const key = `${n} ${part}`;
    return n % 2 === 1 ? <code key={key}>{part}</code> : <Fragment key={key}>{part}</Fragment>;
  });
}
