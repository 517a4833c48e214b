import { expect, test } from "vitest";
import type { AccessEntry } from "../api/types";
import { looksOf } from "./looks";

let id = 0;

function record(at: string, part: Partial<AccessEntry> = {}): AccessEntry {
  id += 1;
  return {
    access: `record-${id}`,
    tenant: "t",
    tenant_name: "T",
    session: "s",
    at: `2026-11-02T${at}Z`,
    action: "view",
    stream: 0,
    first: null,
    last: null,
    who: "anna",
    purpose: "why",
    case: null,
    grant: "g1",
    damaged: false,
    ...part,
  };
}

test("what one grant showed in one go is one look, from its first record to its last", () => {
  const looks = looksOf([
    record("10:02:00", { first: 33, last: 48 }),
    record("10:01:00", { first: 1, last: 16 }),
    record("10:00:00", { first: 17, last: 32 }),
  ]);
  expect(looks).toHaveLength(1);
  expect(looks[0]).toMatchObject({
    from: "2026-11-02T10:00:00Z",
    until: "2026-11-02T10:02:00Z",
    first: 1,
    last: 48,
    records: 3,
  });
});

test("streams that are fetched side by side are a look each, however their records alternate", () => {
  const looks = looksOf([
    record("10:00:03", { stream: 1, first: 1, last: 8 }),
    record("10:00:02", { stream: 0, first: 9, last: 16 }),
    record("10:00:01", { stream: 1, first: 9, last: 16 }),
    record("10:00:00", { stream: 0, first: 1, last: 8 }),
  ]);
  expect(looks.map((look) => [look.stream, look.first, look.last, look.records])).toEqual([
    [1, 1, 16, 2],
    [0, 1, 16, 2],
  ]);
});

test("another grant is another look", () => {
  expect(looksOf([record("10:00:01", { grant: "g2" }), record("10:00:00")])).toHaveLength(2);
});

test("a pause makes another look", () => {
  expect(looksOf([record("10:06:00"), record("10:00:59")])).toHaveLength(2);
  expect(looksOf([record("10:05:59"), record("10:00:59")])).toHaveLength(1);
});

test("openings, restorations and records whose details expired stand alone", () => {
  const looks = looksOf([
    record("10:00:03", { action: "open", stream: null }),
    record("10:00:02", { action: "restore", stream: null, grant: null }),
    record("10:00:01", { who: null, purpose: null, grant: null }),
    record("10:00:00", { who: null, purpose: null, grant: null }),
  ]);
  expect(looks).toHaveLength(4);
});

test("a record that does not check stands alone, so that it is seen", () => {
  const looks = looksOf([record("10:00:02"), record("10:00:01", { damaged: true }), record("10:00:00")]);
  expect(looks.map((look) => look.damaged)).toEqual([false, true]);
  expect(looks[0]?.records).toBe(2);
});

test("a record of the whole stream makes the look one of the whole stream", () => {
  const looks = looksOf([record("10:00:01", { first: 5, last: 6 }), record("10:00:00")]);
  expect(looks[0]).toMatchObject({ first: null, last: null });
});
