//! The page's icons, drawn on a grid of 20. They never stand for a word alone.

const PATHS = {
  sessions: "M3 4.5h14v9H3zM7 16.5h6M10 13.5v3",
  access: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  custody: "M10 3l6 2.2v4.6c0 3.6-2.5 6-6 7.2-3.5-1.2-6-3.6-6-7.2V5.2zM7.3 9.9l2 2 3.4-3.7",
  state: "M3 16.5h14M5 13.5v-4M10 13.5v-9M15 13.5v-6",
  user: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5",
  down: "M5.5 8l4.5 4.5L14.5 8",
  left: "M12 4.5L6.5 10l5.5 5.5",
  right: "M8 4.5l5.5 5.5L8 15.5",
  filter: "M3 5h14M6 10h8M8.5 15h3",
  close: "M5 5l10 10M15 5L5 15",
  calendar: "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3M13 3v3",
  hold: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  consent: "M3.5 10.5l4 4 9-9",
  warning: "M10 3.5l7.5 13h-15zM10 8.5v4M10 14.5v.1",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.5v4M10 6.6v.1",
  good: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM6.8 10.2l2.3 2.3 4.2-4.5",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  download: "M10 3.5v9M6 9l4 4 4-4M4 16.5h12",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.8",
  release: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 4.7-1.2",
  package: "M3.5 6.5L10 3l6.5 3.5v7L10 17l-6.5-3.5zM3.5 6.5L10 10l6.5-3.5M10 10v7",
  document: "M5 3h7l3.5 3.5V17H5zM11.5 3v4H15.5M7.5 10.5h5M7.5 13.5h5",
  print: "M6 7.5V3h8v4.5M6 14H3.5V7.5h13V14H14M6 11.5h8V17H6z",
  refresh: "M16 10a6 6 0 1 1-1.8-4.3M16 3.5v3.2h-3.2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
