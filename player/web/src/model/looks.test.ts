import { expect, test } from "vitest";
import type { AccessEntry } from "../api/types";
import { type Known, looksOf } from "./looks";

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

function opening(at: string, grant: string, part: Partial<AccessEntry> = {}): AccessEntry {
  return record(at, { access: grant, action: "open", stream: null, grant: null, ...part });
}

function known(part: Partial<Known>): Known {
  return { openings: [], restores: [], views: [], olderViews: false, ...part };
}

test("what was viewed stands under its opening, however long and however often", () => {
  const looks = looksOf(
    known({
      openings: [opening("10:00:00", "g1")],
      views: [
        record("10:40:00", { first: 33, last: 48 }),
        record("10:01:00", { stream: 1, first: 1, last: 8 }),
        record("10:00:01", { first: 1, last: 16 }),
      ],
    }),
  );
  expect(looks).toHaveLength(1);
  expect(looks[0]).toMatchObject({
    action: "open",
    at: "2026-11-02T10:00:00Z",
    older: false,
    views: {
      records: 3,
      from: "2026-11-02T10:00:01Z",
      until: "2026-11-02T10:40:00Z",
      seen: [
        {
          stream: 0,
          spans: [
            { first: 1, last: 16 },
            { first: 33, last: 48 },
          ],
        },
        { stream: 1, spans: [{ first: 1, last: 8 }] },
      ],
    },
  });
});

test("looks are newest first, and each opening has its own views", () => {
  const looks = looksOf(
    known({
      openings: [opening("10:05:00", "g2", { who: "bert" }), opening("10:00:00", "g1")],
      restores: [record("10:02:00", { action: "restore", stream: null, grant: null, who: "operator" })],
      views: [record("10:06:00"), record("10:05:30", { grant: "g2", who: "bert" })],
    }),
  );
  expect(looks.map((look) => [look.who, look.views?.records ?? 0])).toEqual([
    ["bert", 1],
    ["operator", 0],
    ["anna", 1],
  ]);
});

test("views whose opening is not known stand for themselves", () => {
  const looks = looksOf(known({ views: [record("10:01:00"), record("10:00:00")] }));
  expect(looks).toMatchObject([{ action: "view", at: "2026-11-02T10:01:00Z", views: { records: 2 } }]);
});

test("where views were left out, an opening that may have had some of them says so", () => {
  const looks = looksOf(
    known({
      openings: [opening("10:10:00", "g2"), opening("10:00:00", "g1")],
      views: [record("10:11:00", { grant: "g2" }), record("10:05:00", { grant: "g1" })],
      olderViews: true,
    }),
  );
  expect(looks.map((look) => look.older)).toEqual([false, true]);
});

test("openings stay, however many views came after them", () => {
  const views = Array.from({ length: 100 }, () => record("10:30:00"));
  const openings = [opening("10:00:00", "g1"), opening("09:00:00", "g0", { who: "bert" })];
  const looks = looksOf(known({ openings, views, olderViews: true }));
  expect(looks.map((look) => look.who)).toEqual(["anna", "bert"]);
  expect(looks[0]?.views).toMatchObject({ records: 100 });
  expect(looks.map((look) => look.older)).toEqual([true, true]);
});

test("views whose details expired are one look of nobody", () => {
  const gone = { who: null, purpose: null, grant: null };
  const looks = looksOf(known({ views: [record("10:01:00", gone), record("10:00:00", gone)] }));
  expect(looks).toMatchObject([{ who: null, views: { records: 2 } }]);
});

test("a record that does not check stands alone, so that it is seen", () => {
  const looks = looksOf(
    known({
      openings: [opening("10:00:00", "g1")],
      views: [record("10:00:03"), record("10:00:02", { damaged: true }), record("10:00:01")],
    }),
  );
  expect(looks.map((look) => [look.action, look.damaged, look.views?.records])).toEqual([
    ["view", true, 1],
    ["open", false, 2],
  ]);
});
