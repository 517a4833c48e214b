//! Text in a filter, which filters when it is left or sent and not with every letter.

import { useState } from "react";
import { Field } from "./Field";

interface Props {
  label: string;
  value: string | null;
  onChange(value: string | null): void;
  faultOf(text: string): string | null;
}

export function Typed({ label, value, onChange, faultOf }: Props) {
  const [text, setText] = useState(value ?? "");
  const [fault, setFault] = useState<string | null>(null);
  // The filter may change without it, as when it is cleared; it keeps its place and the focus then.
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setText(value ?? "");
    setFault(null);
  }

  function send() {
    const next = text.trim() === "" ? null : text.trim();
    const found = next === null ? null : faultOf(next);
    setFault(found);
    if (found === null && next !== value) onChange(next);
  }

  return (
    <Field
      label={label}
      value={text}
      onChange={setText}
      onBlur={send}
      onKeyDown={(event) => {
        if (event.key === "Enter") send();
      }}
      autoComplete="off"
      spellCheck="false"
      error={fault}
    />
  );
}
