import { expect, test } from "vitest";
import type { AccessEntry } from "../api/types";
import { runsOf } from "./runs";

function record(access: string, part: Partial<AccessEntry> = {}): AccessEntry {
  return {
    access,
    tenant: "t",
    tenant_name: "T",
    session: "s",
    at: "2026-11-02T10:00:00Z",
    action: "view",
    stream: 0,
    first: 1,
    last: 16,
    who: "anna",
    purpose: "why",
    case: null,
    grant: "g1",
    damaged: false,
    ...part,
  };
}

const ids = (records: AccessEntry[]) => runsOf(records).map((run) => run.map((one) => one.access).join(" "));

test("views of one opening that follow one another are one run, whatever their stream", () => {
  expect(ids([record("a"), record("b", { stream: 1 }), record("c")])).toEqual(["a b c"]);
});

test("a run ends where something else comes between", () => {
  expect(ids([record("a"), record("b", { grant: "g2" }), record("c")])).toEqual(["a", "b", "c"]);
});

test("openings, restorations and records that do not check stand alone", () => {
  const alone = [
    record("a", { action: "open", grant: null }),
    record("b", { action: "open", grant: null }),
    record("c", { action: "restore", grant: null }),
    record("d", { action: "restore", grant: null }),
    record("e", { damaged: true }),
    record("f", { damaged: true }),
    record("g"),
  ];
  expect(ids(alone)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
});

test("views whose details expired are a run of nobody, session by session", () => {
  const gone = { who: null, purpose: null, grant: null };
  expect(ids([record("a", gone), record("b", gone), record("c", { ...gone, session: "s2" })])).toEqual([
    "a b",
    "c",
  ]);
});

test("nothing is left out and the order stays", () => {
  const all = ["a", "b", "c", "d"].map((id, n) => record(id, { grant: n < 2 ? "g1" : "g2" }));
  expect(runsOf(all).flat()).toEqual(all);
});
