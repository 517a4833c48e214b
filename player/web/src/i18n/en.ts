//! English. The type of this dictionary is what every other language has to say.

import { player } from "./player.en";
import { plural } from "./plural";

const count = plural("en");

export const en = {
  player,
  session: {
    untitled: "Session without a title",
    frames: (n: number) => count(n, { one: "1 picture", other: "# pictures" }),
  },
};

export type Words = typeof en;
