//! German words of the player.

import type { PlayerWords } from "./player.en";

export const player: PlayerWords = {
  region: "Aufgezeichnete Sitzung",
};
