//! The filter over the list of sessions.

import { Choice } from "../../components/Choice";
import { DayField } from "../../components/DayField";
import { FilterBar } from "../../components/FilterBar";
import { useWords } from "../../i18n/language";
import {
  changed,
  KINDS,
  NO_FILTER,
  narrowing,
  ORDERS,
  type SessionFilter,
  STATES,
} from "../../model/sessionFilter";
import { useDevices, useTenants } from "../../platform/places";

/** Stands for no choice: a list box knows no empty key. */
const ALL = "all";

function orNull<T extends string>(value: T | typeof ALL): T | null {
  return value === ALL ? null : value;
}

interface Props {
  filter: SessionFilter;
  onChange(filter: SessionFilter): void;
}

export function SessionsFilter({ filter, onChange }: Props) {
  const words = useWords();
  const tenants = useTenants().data ?? [];
  const devices = useDevices(filter.tenant).data ?? [];
  const all = { value: ALL, label: words.app.all } as const;
  const change = (part: Partial<SessionFilter>) => onChange(changed(filter, part));

  return (
    <FilterBar narrowing={narrowing(filter)} onClear={() => onChange({ ...NO_FILTER, order: filter.order })}>
      {(tenants.length > 1 || filter.tenant !== null) && (
        <Choice
          label={words.filter.tenant}
          options={[all, ...tenants.map(({ tenant, name }) => ({ value: tenant, label: name }))]}
          value={filter.tenant ?? ALL}
          marked={filter.tenant !== null}
          onChange={(value) => change({ tenant: orNull(value) })}
        />
      )}
      <Choice
        label={words.filter.device}
        options={[
          all,
          ...devices.map(({ device, name, revoked }) => ({
            value: device,
            label: revoked ? `${name} (${words.filter.revoked})` : name,
          })),
        ]}
        value={filter.device ?? ALL}
        marked={filter.device !== null}
        onChange={(value) => change({ device: orNull(value) })}
      />
      <Choice
        label={words.filter.kind}
        options={[all, ...KINDS.map((value) => ({ value, label: words.session.kinds[value] }))]}
        value={filter.kind ?? ALL}
        marked={filter.kind !== null}
        onChange={(value) => change({ kind: orNull(value) })}
      />
      <Choice
        label={words.filter.state}
        options={[all, ...STATES.map((value) => ({ value, label: words.session.states[value] }))]}
        value={filter.state ?? ALL}
        marked={filter.state !== null}
        onChange={(value) => change({ state: orNull(value) })}
      />
      <Choice
        label={words.filter.held}
        options={[
          all,
          { value: "yes", label: words.filter.heldYes },
          { value: "no", label: words.filter.heldNo },
        ]}
        value={filter.held === null ? ALL : filter.held ? "yes" : "no"}
        marked={filter.held !== null}
        onChange={(value) => change({ held: value === ALL ? null : value === "yes" })}
      />
      <DayField label={words.filter.from} value={filter.from} onChange={(from) => change({ from })} />
      <DayField label={words.filter.until} value={filter.until} onChange={(until) => change({ until })} />
      <DayField label={words.filter.due} value={filter.due} onChange={(due) => change({ due })} />
      {filter.due === null && (
        <Choice
          label={words.filter.order}
          options={ORDERS.map((value) => ({ value, label: words.filter.orders[value] }))}
          value={filter.order}
          onChange={(order) => change({ order })}
        />
      )}
    </FilterBar>
  );
}
