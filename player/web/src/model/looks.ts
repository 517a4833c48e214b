//! Playing a session commits a record for each range that is fetched. Beside a session they are read as looks: what one grant
//! showed in one go stands in one line.

import type { AccessEntry } from "../api/types";

/** Records farther apart than this are two looks. */
const PAUSE_MS = 5 * 60 * 1000;

export interface Look {
  /** The newest record's id. */
  key: string;
  action: AccessEntry["action"];
  /** Instants of the oldest and the newest record. */
  from: string;
  until: string;
  who: string | null;
  purpose: string | null;
  case: string | null;
  records: number;
  stream: number | null;
  /** The lowest and the highest frame; null where the whole is meant. */
  first: number | null;
  last: number | null;
  /** The record does not check: it was changed. */
  damaged: boolean;
}

function look(entry: AccessEntry): Look {
  return {
    key: entry.access,
    action: entry.action,
    from: entry.at,
    until: entry.at,
    who: entry.who,
    purpose: entry.purpose,
    case: entry.case,
    records: 1,
    stream: entry.stream,
    first: entry.first,
    last: entry.last,
    damaged: entry.damaged,
  };
}

function lowest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.min(a, b);
}

function highest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

function belongs(grouped: Look, grant: string | null, entry: AccessEntry): boolean {
  return (
    entry.action === "view" &&
    grouped.action === "view" &&
    !entry.damaged &&
    entry.grant !== null &&
    entry.grant === grant &&
    entry.stream === grouped.stream &&
    Date.parse(grouped.from) - Date.parse(entry.at) <= PAUSE_MS
  );
}

/** Groups records, which come newest first. */
export function looksOf(entries: readonly AccessEntry[]): Look[] {
  const looks: Look[] = [];
  // The open group of each grant and stream: several streams are fetched side by side, so their records alternate.
  const groups = new Map<string, Look>();
  for (const entry of entries) {
    const name = `${entry.grant}/${entry.stream}`;
    const group = groups.get(name);
    if (group !== undefined && belongs(group, entry.grant, entry)) {
      group.from = entry.at;
      group.records += 1;
      group.first = lowest(group.first, entry.first);
      group.last = highest(group.last, entry.last);
      continue;
    }
    const fresh = look(entry);
    looks.push(fresh);
    if (entry.action === "view" && !entry.damaged) groups.set(name, fresh);
  }
  return looks;
}
