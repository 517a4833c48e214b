//! When what failed may be tried again. Each purpose waits for itself: a prefetch that failed keeps nobody from seeking. Only a
//! server that asks to be left alone for a while is left alone by all.

import type { Problem } from "../../api/problem";
import type { Purpose } from "./flight";

const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

interface Pause {
  readonly timer: ReturnType<typeof setTimeout>;
  /** What failed. */
  readonly keys: ReadonlySet<string>;
}

export class Pauses {
  readonly #over: () => void;
  readonly #failures = new Map<Purpose, number>();
  readonly #pauses = new Map<Purpose | "all", Pause>();

  /** `over` is called when some pause has ended. */
  constructor(over: () => void) {
    this.#over = over;
  }

  /** Whether something may be asked for. What is waited for may, unless it is what failed. */
  allows(purpose: Purpose, key: string): boolean {
    if (this.#pauses.has("all")) return false;
    const pause = this.#pauses.get(purpose);
    return pause === undefined || (purpose === "now" && !pause.keys.has(key));
  }

  failed(purpose: Purpose, keys: readonly string[], problem: Problem): void {
    const failures = this.#failures.get(purpose) ?? 0;
    this.#failures.set(purpose, failures + 1);
    const usual = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0;
    const asked = problem.retryAfterSeconds === null ? null : problem.retryAfterSeconds * 1_000;
    const leftAlone = asked !== null && (problem.status === 429 || problem.status === 503);
    this.#pause(leftAlone ? "all" : purpose, keys, Math.max(usual, asked ?? 0));
  }

  succeeded(purpose: Purpose): void {
    this.#failures.delete(purpose);
  }

  clear(): void {
    for (const { timer } of this.#pauses.values()) clearTimeout(timer);
    this.#pauses.clear();
  }

  #pause(whose: Purpose | "all", keys: readonly string[], wait: number): void {
    const before = this.#pauses.get(whose);
    if (before !== undefined) clearTimeout(before.timer);
    const timer = setTimeout(() => {
      this.#pauses.delete(whose);
      this.#over();
    }, wait);
    this.#pauses.set(whose, { timer, keys: new Set([...(before?.keys ?? []), ...keys]) });
  }
}
