//! Which key does what in the player. Keys are taken by what they write, so that every keyboard layout has them.

export type Command =
  | { do: "toggle" }
  | { do: "step"; frames: number }
  | { do: "jump"; seconds: number }
  | { do: "start" }
  | { do: "end" }
  | { do: "zoom"; way: "in" | "out" | "fit" | "original" }
  | { do: "pan"; x: -1 | 0 | 1; y: -1 | 0 | 1 }
  | { do: "speed"; way: "slower" | "faster" }
  | { do: "idle" }
  | { do: "full" }
  | { do: "screen" }
  | { do: "help" };

export interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

const PLAIN: Readonly<Record<string, Command>> = {
  " ": { do: "toggle" },
  k: { do: "toggle" },
  ArrowLeft: { do: "step", frames: -1 },
  ArrowRight: { do: "step", frames: 1 },
  PageUp: { do: "jump", seconds: -60 },
  PageDown: { do: "jump", seconds: 60 },
  Home: { do: "start" },
  End: { do: "end" },
  "+": { do: "zoom", way: "in" },
  "=": { do: "zoom", way: "in" },
  "-": { do: "zoom", way: "out" },
  "0": { do: "zoom", way: "fit" },
  "1": { do: "zoom", way: "original" },
  w: { do: "pan", x: 0, y: -1 },
  a: { do: "pan", x: -1, y: 0 },
  s: { do: "pan", x: 0, y: 1 },
  d: { do: "pan", x: 1, y: 0 },
  "<": { do: "speed", way: "slower" },
  ">": { do: "speed", way: "faster" },
  i: { do: "idle" },
  f: { do: "full" },
  n: { do: "screen" },
  "?": { do: "help" },
};

const SHIFTED: Readonly<Record<string, Command>> = {
  ArrowLeft: { do: "jump", seconds: -10 },
  ArrowRight: { do: "jump", seconds: 10 },
};

/** Keys with these are the browser's. */
function isShortcut(pressed: Pressed): boolean {
  return pressed.ctrlKey || pressed.altKey || pressed.metaKey;
}

export function commandOf(pressed: Pressed): Command | null {
  if (isShortcut(pressed)) return null;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  if (pressed.shiftKey && Object.hasOwn(SHIFTED, key)) return SHIFTED[key] ?? null;
  return Object.hasOwn(PLAIN, key) ? (PLAIN[key] ?? null) : null;
}
