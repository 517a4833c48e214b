//! The filter over one of Custody's lists.

import { Choice, type Option } from "../../components/Choice";
import { FilterBar } from "../../components/FilterBar";
import { Typed } from "../../components/Typed";
import { useWords } from "../../i18n/language";
import { type CustodyFilter, custodyNarrowing, NO_CUSTODY_FILTER } from "../../model/custodyFilter";
import { isId } from "../../model/ids";
import { useTenants } from "../../platform/places";

const ALL = "all tenants";

interface Props<State extends string> {
  filter: CustodyFilter<State>;
  onChange(filter: CustodyFilter<State>): void;
  /** The states to choose from, the one that is shown without a choice first; null: the list has none. */
  states: { label: string; options: readonly Option<State | "">[] } | null;
}

/** Stands for no choice: a list box knows no empty key. */
const NONE = "none";

export function CustodyFilterBar<State extends string>({ filter, onChange, states }: Props<State>) {
  const words = useWords();
  const tenants = useTenants().data ?? [];
  const change = (part: Partial<CustodyFilter<State>>) => onChange({ ...filter, ...part });
  return (
    <FilterBar narrowing={custodyNarrowing(filter)} onClear={() => onChange(NO_CUSTODY_FILTER)}>
      {states !== null && (
        <Choice
          label={states.label}
          options={states.options.map(({ value, label }) => ({ value: value || NONE, label }))}
          value={filter.state ?? NONE}
          marked={filter.state !== null}
          onChange={(value) => {
            const chosen = states.options.find((option) => option.value === value);
            change({ state: chosen === undefined || chosen.value === "" ? null : chosen.value });
          }}
        />
      )}
      {(tenants.length > 1 || filter.tenant !== null) && (
        <Choice
          label={words.filter.tenant}
          options={[
            { value: ALL, label: words.app.all },
            ...tenants.map(({ tenant, name }) => ({ value: tenant, label: name })),
          ]}
          value={filter.tenant ?? ALL}
          marked={filter.tenant !== null}
          onChange={(value) => change({ tenant: value === ALL ? null : value })}
        />
      )}
      <Typed
        label={words.filter.session}
        value={filter.session}
        onChange={(session) => change({ session })}
        faultOf={(text) => (isId(text) ? null : words.custody.sessionInvalid)}
      />
    </FilterBar>
  );
}
