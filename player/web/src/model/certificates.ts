//! The certificate of a deletion, in the order in which it happened.

import type { CertificateFacts } from "../api/types";

export type Step = "intent" | "key" | "objects" | "tombstone" | "intake" | "signed";

/** The steps by their instants; those of one instant as a deletion takes them. */
export function stepsOf(facts: CertificateFacts): { step: Step; at: string }[] {
  const steps: { step: Step; at: string }[] = [
    { step: "intent", at: facts.intent.at },
    { step: "key", at: facts.key_destroyed_at },
    { step: "objects", at: facts.objects_gone_at },
    { step: "tombstone", at: facts.tombstone.at },
    { step: "intake", at: facts.intake_gone_at },
    { step: "signed", at: facts.at },
  ];
  // Texts of one shape in one zone: their order is that of the instants, to the microsecond.
  return steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The file of the signed line. */
export function certificateFile(session: string): string {
  return `disposal-${session}.json`;
}
