//! English words of the player.

export const player = {
  /** The region's name for those who don't see it. */
  region: "Recorded session",
};

export type PlayerWords = typeof player;
