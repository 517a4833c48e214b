//! German.

import type { Words } from "./en";
import { player } from "./player.de";
import { plural } from "./plural";

const count = plural("de");

export const de: Words = {
  player,
  session: {
    untitled: "Sitzung ohne Titel",
    frames: (n) => count(n, { one: "1 Bild", other: "# Bilder" }),
  },
};
