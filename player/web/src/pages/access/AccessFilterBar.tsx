//! The filter over the access records.

import { Choice } from "../../components/Choice";
import { DayField } from "../../components/DayField";
import { FilterBar } from "../../components/FilterBar";
import { Typed } from "../../components/Typed";
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
