//! Playing a session commits a record for each range that is fetched. Beside a session they are read as looks: an opening stands in
//! one entry with all that was viewed under it.

import type { AccessEntry } from "../api/types";
import { type Seen, seenIn } from "./seen";

/** What is known of a session's records: of each kind the newest, newest first. */
export interface Known {
  openings: readonly AccessEntry[];
  restores: readonly AccessEntry[];
  views: readonly AccessEntry[];
  /** Whether there are older views than these. */
  olderViews: boolean;
}

export interface Views {
  records: number;
  /** Instants of the oldest and the newest record. */
  from: string;
  until: string;
  seen: Seen[];
}

export interface Look {
  key: string;
  /** `view`: viewed under an opening that is not among the known ones. */
  action: AccessEntry["action"];
  /** When it was opened or restored; of views alone, when the newest was. */
  at: string;
  who: string | null;
  purpose: string | null;
  case: string | null;
  /** The record does not check: it was changed. */
  damaged: boolean;
  views: Views | null;
  /** Whether views older than the known ones may belong to it. */
  older: boolean;
}

function viewsOf(entries: readonly AccessEntry[]): Views | null {
  const [newest, oldest] = [entries[0], entries.at(-1)];
  if (newest === undefined || oldest === undefined) return null;
  return { records: entries.length, from: oldest.at, until: newest.at, seen: seenIn(entries) };
}

function look(entry: AccessEntry, views: Views | null, older: boolean): Look {
  const { access, action, at, who, purpose, damaged } = entry;
  return { key: access, action, at, who, purpose, case: entry.case, damaged, views, older };
}

/** What views belong to: their opening; without it the others whose details expired; or nothing else, where one was changed. */
function ownerOf(entry: AccessEntry): string {
  if (entry.damaged) return entry.access;
  return entry.grant ?? "expired";
}

/** The looks, newest first. */
export function looksOf({ openings, restores, views, olderViews }: Known): Look[] {
  const viewed = new Map<string, AccessEntry[]>();
  for (const entry of views) {
    const owner = ownerOf(entry);
    const others = viewed.get(owner);
    if (others === undefined) viewed.set(owner, [entry]);
    else others.push(entry);
  }

  // Views older than the oldest known one can belong only to what was opened before it.
  const edge = olderViews ? (views.at(-1)?.at ?? null) : null;
  const mayMiss = (at: string) => olderViews && (edge === null || Date.parse(at) <= Date.parse(edge));

  const looks = openings.map((entry) => {
    const under = viewed.get(entry.access) ?? [];
    viewed.delete(entry.access);
    return look(entry, viewsOf(under), mayMiss(entry.at));
  });
  for (const alone of viewed.values()) {
    const newest = alone[0];
    if (newest !== undefined) looks.push(look(newest, viewsOf(alone), olderViews && !newest.damaged));
  }
  looks.push(...restores.map((entry) => look(entry, null, false)));
  return looks.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
