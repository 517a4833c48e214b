//! What the page and its picture worker say to each other.

import type { Opened } from "../api/content";
import type { Problem } from "../api/problem";
import type { Broken } from "../model/damage";
import type { FrameKey } from "../model/plan";

/** What the page lacks and would have, each list the most urgent first. Whatever else is under way is broken off. */
export interface Wishes {
  /** The viewer waits for these: each is fetched at once and by itself. */
  readonly now: readonly FrameKey[];
  /** The bytes of these are fetched, in ranges. */
  readonly soon: readonly FrameKey[];
  /** Those of `soon` that must not run short: nothing of `soon` is asked for until one of these is lacking. */
  readonly near: readonly FrameKey[];
  /** Which of `soon` are decoded as they come. */
  readonly decode: readonly FrameKey[];
  /** Small pictures for the film strip. */
  readonly small: readonly FrameKey[];
  /** Whether frames may be fetched for the film strip alone. */
  readonly fetchSmall: boolean;
  /** How many pictures the page had received when it wished: those on their way to it are not made again. */
  readonly received: number;
}

export type ToWorker = { kind: "open"; opened: Opened } | { kind: "wish"; wishes: Wishes };

/** Whether the bytes are known to be those that the server read from the archive. */
export type Check = "sha-256" | "unchecked";

export type FromWorker =
  | { kind: "picture"; key: FrameKey; bitmap: ImageBitmap; check: Check; partial: boolean }
  | { kind: "small"; key: FrameKey; bitmap: ImageBitmap }
  | { kind: "broken"; key: FrameKey; broken: Broken; detail: string | null }
  /** A request failed. Those that may succeed later are tried again by the worker. */
  | { kind: "problem"; problem: Problem }
  /** A request was sent, which the server puts on record. */
  | { kind: "looked"; frames: number };
