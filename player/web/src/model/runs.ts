//! Playing commits record after record. In the list of all records those that follow one another under one opening stand in one
//! row, which can be unfolded into each of them.

import type { AccessEntry } from "../api/types";

/** Neighbours in the list, newest first; never none. */
export type Run = readonly [AccessEntry, ...AccessEntry[]];

function goTogether(a: AccessEntry, b: AccessEntry): boolean {
  return (
    a.action === "view" &&
    b.action === "view" &&
    !a.damaged &&
    !b.damaged &&
    a.session === b.session &&
    // Null both: details that expired, whose opening nobody can tell any more.
    a.grant === b.grant &&
    a.who === b.who
  );
}

/** The records in their order, those that go together side by side. */
export function runsOf(records: readonly AccessEntry[]): Run[] {
  const runs: [AccessEntry, ...AccessEntry[]][] = [];
  for (const record of records) {
    const run = runs.at(-1);
    if (run !== undefined && goTogether(run[0], record)) run.push(record);
    else runs.push([record]);
  }
  return runs;
}
