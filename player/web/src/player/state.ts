//! What the player's components see of it.

import type { Problem } from "../api/problem";
import { type Found, NOTHING_FOUND, type Unshowable } from "../model/damage";
import type { Speed } from "../model/pace";
import type { StripStep } from "../model/strip";
import { EMPTY, type Timeline } from "../model/timeline";
import type { Frame } from "../model/track";

/** What a stage shows, compared with what it should show. */
export type Showing =
  /** Nothing was captured yet at this instant. */
  | { kind: "before" }
  /** The frame is being fetched; the picture on the stage is an earlier one. */
  | { kind: "loading"; frame: Frame }
  | { kind: "exact"; frame: Frame; width: number; height: number; checked: boolean; partial: boolean }
  | { kind: "unshowable"; frame: Frame; why: Unshowable };

export interface PlayerState {
  /** `damaged`: no stream's index can be read, now or ever. */
  readonly phase: "loading" | "ready" | "empty" | "failed" | "damaged";
  readonly timeline: Timeline;
  readonly at: number;
  readonly playing: boolean;
  readonly speed: Speed;
  readonly skipIdle: boolean;
  /** More frames may come. */
  readonly live: boolean;
  /** The playhead stays at the end as it moves on. */
  readonly following: boolean;
  /** It was sealed while it was watched. */
  readonly sealedMeanwhile: boolean;
  /** The viewer waits for a frame, noticeably. */
  readonly waiting: boolean;
  /** The stream that is shown alone. */
  readonly alone: number | null;
  readonly showing: ReadonlyMap<number, Showing>;
  /** Frames of which reading them told that they can't be shown. */
  readonly found: Found;
  /** Streams whose index is damaged as a whole, and what does not check. */
  readonly unreadable: ReadonlyMap<number, string | null>;
  /** Nobody has touched anything for long: nothing is asked of the server until somebody does. */
  readonly resting: boolean;
  readonly strip: StripStep;
  /** What this visit put on record: requests, and the frames that they covered. */
  readonly looks: { readonly requests: number; readonly frames: number };
  readonly problem: Problem | null;
}

export const INITIAL: PlayerState = {
  phase: "loading",
  timeline: EMPTY,
  at: 0,
  playing: false,
  speed: 1,
  skipIdle: false,
  live: false,
  following: false,
  sealedMeanwhile: false,
  waiting: false,
  alone: null,
  showing: new Map(),
  found: NOTHING_FOUND,
  unreadable: new Map(),
  resting: false,
  strip: 0,
  looks: { requests: 0, frames: 0 },
  problem: null,
};
