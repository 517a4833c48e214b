//! The filter over the access records.

import { useState } from "react";
import { Choice } from "../../components/Choice";
import { DayField } from "../../components/DayField";
import { Field } from "../../components/Field";
import { FilterBar } from "../../components/FilterBar";
import { useWords } from "../../i18n/language";
import { ACTIONS, type AccessFilter, accessNarrowing, NO_ACCESS_FILTER } from "../../model/accessFilter";
import { isId } from "../../model/ids";
import { useTenants } from "../../platform/places";

const ALL = "all";

interface Props {
  filter: AccessFilter;
  onChange(filter: AccessFilter): void;
}

export function AccessFilterBar({ filter, onChange }: Props) {
  const words = useWords();
  const tenants = useTenants().data ?? [];
  const all = { value: ALL, label: words.app.all } as const;
  const change = (part: Partial<AccessFilter>) => onChange({ ...filter, ...part });
  return (
    <FilterBar narrowing={accessNarrowing(filter)} onClear={() => onChange(NO_ACCESS_FILTER)}>
      {(tenants.length > 1 || filter.tenant !== null) && (
        <Choice
          label={words.filter.tenant}
          options={[all, ...tenants.map(({ tenant, name }) => ({ value: tenant, label: name }))]}
          value={filter.tenant ?? ALL}
          marked={filter.tenant !== null}
          onChange={(value) => change({ tenant: value === ALL ? null : value })}
        />
      )}
      <Typed
        label={words.filter.who}
        value={filter.who}
        onChange={(who) => change({ who })}
        faultOf={() => null}
      />
      <Choice
        label={words.filter.action}
        options={[all, ...ACTIONS.map((value) => ({ value, label: words.access.actions[value] }))]}
        value={filter.action ?? ALL}
        marked={filter.action !== null}
        onChange={(value) => change({ action: value === ALL ? null : value })}
      />
      <Typed
        label={words.filter.session}
        value={filter.session}
        onChange={(session) => change({ session })}
        faultOf={(text) => (isId(text) ? null : words.access.sessionInvalid)}
      />
      <DayField label={words.filter.from} value={filter.from} onChange={(from) => change({ from })} />
      <DayField label={words.filter.until} value={filter.until} onChange={(until) => change({ until })} />
    </FilterBar>
  );
}

interface TypedProps {
  label: string;
  value: string | null;
  onChange(value: string | null): void;
  faultOf(text: string): string | null;
}

/** Filters when it is left or sent, not with every letter. */
function Typed({ label, value, onChange, faultOf }: TypedProps) {
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
