//! The player's signs, drawn on a grid of 20. Each stands beside a word or in a button that has one for its name.

const LINES = {
  stepBack: "M13 5l-6 5 6 5zM5 5v10",
  stepOn: "M7 5l6 5-6 5zM15 5v10",
  enlarge: "M10 5v10M5 10h10",
  reduce: "M5 10h10",
  full: "M3.5 8V3.5H8M16.5 8V3.5H12M3.5 12v4.5H8M16.5 12v4.5H12",
  leave: "M8 3.5V8H3.5M12 3.5V8h4.5M8 16.5V12H3.5M12 16.5V12h4.5",
  keys: "M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.5h7",
  idle: "M4 5l5 5-5 5zM11 5l5 5-5 5z",
  close: "M5 5l10 10M15 5L5 15",
  up: "M4.5 12.5l5.5-6 5.5 6",
  left: "M12.5 4.5l-6 5.5 6 5.5",
  right: "M7.5 4.5l6 5.5-6 5.5",
  down: "M4.5 7.5l5.5 6 5.5-6",
  check: "M4 10.5l4 4 8-9",
  warning: "M10 3.5l7.5 13h-15zM10 8.5v4M10 14.5v.1",
} as const;

const FILLED = {
  play: "M6 4l10 6-10 6z",
  pause: "M5.5 4h3v12h-3zM11.5 4h3v12h-3z",
  dot: "M10 14a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
} as const;

export type GlyphName = keyof typeof LINES | keyof typeof FILLED;

export function Glyph({ name, size = 20 }: { name: GlyphName; size?: number }) {
  const filled = name in FILLED;
  const path = filled ? FILLED[name as keyof typeof FILLED] : LINES[name as keyof typeof LINES];
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill={filled ? "currentColor" : "none"}
      stroke={filled ? "none" : "currentColor"}
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={path} />
    </svg>
  );
}
