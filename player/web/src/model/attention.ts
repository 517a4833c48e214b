//! Whether somebody is there. A page that asks the server for news by itself would keep a login alive that nobody uses.

export type Attention =
  | "present"
  /** Nobody has touched anything for as long as a login may idle: nothing more is asked. */
  | "away"
  /** As long again without a request: the server has ended the login. */
  | "ended";

export function attentionAt(lastInput: number, now: number, idleMs: number): Attention {
  const still = now - lastInput;
  if (still < idleMs) return "present";
  return still < 2 * idleMs ? "away" : "ended";
}
