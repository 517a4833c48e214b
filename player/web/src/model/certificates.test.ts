import { expect, test } from "vitest";
import type { CertificateFacts } from "../api/types";
import { certificateFile, stepsOf } from "./certificates";

const at = (micros: string) => `2026-11-23T15:27:09.${micros}Z`;

const FACTS: CertificateFacts = {
  tenant: "t",
  session: "s",
  class: { name: "day", version: 1, days: 1 },
  ended_at: "2026-11-02T10:15:40.750000Z",
  retain_until: "2026-11-03T10:15:40.750000Z",
  rule: "period-over",
  of: { lines: 4, objects: 4, frames: 13, original_bytes: 1, stored_bytes: 1 },
  intent: { n: 28, at: at("841387") },
  key_destroyed_at: at("874567"),
  objects_gone_at: at("894647"),
  intake_gone_at: at("910612"),
  tombstone: { n: 29, at: at("894963") },
  at: at("910612"),
};

test("the steps stand in the order of their instants", () => {
  expect(stepsOf(FACTS).map(({ step }) => step)).toEqual([
    "intent",
    "key",
    "objects",
    "tombstone",
    "intake",
    "signed",
  ]);
  const early = { ...FACTS, intake_gone_at: at("850000") };
  expect(stepsOf(early).map(({ step }) => step)[1]).toBe("intake");
});

test("the file is named by the session", () => {
  expect(certificateFile("01a2")).toBe("disposal-01a2.json");
});
