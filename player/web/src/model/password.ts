//! What a new password has to be, as the server has it.

export const PASSWORD_AT_LEAST = 12;

export interface PasswordFaults {
  old: "missing" | null;
  next: "short" | "same" | null;
  again: "differs" | null;
}

export function faultsOf(old: string, next: string, again: string): PasswordFaults {
  return {
    old: old === "" ? "missing" : null,
    next: [...next].length < PASSWORD_AT_LEAST ? "short" : next === old ? "same" : null,
    again: again !== next ? "differs" : null,
  };
}

export function isFaultless(faults: PasswordFaults): boolean {
  return faults.old === null && faults.next === null && faults.again === null;
}
