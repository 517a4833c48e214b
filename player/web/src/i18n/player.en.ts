//! English words of the player.

import { plural } from "./plural";

const count = plural("en-GB");
const ordinals = new Intl.PluralRules("en-GB", { type: "ordinal" });
const number = new Intl.NumberFormat("en-GB");
const ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const nth = (n: number) => `${number.format(n)}${ENDINGS[ordinals.select(n)] ?? "th"}`;

export const player = {
  /** The region's name for those who don't see it. */
  region: "Recorded session",
  loading: "Reading the session's index",
  empty: "No frame has arrived yet. As soon as one does, it appears here.",
  emptySealed: "This session holds no frames.",
  failed: "The session's index could not be read.",
  indexDamaged:
    "The session's index is damaged: what stands in the archive does not pass its checks, so no frame can be shown. Tell your operator.",
  streamDamaged: (name: string) =>
    `The index of ${name} is damaged: its frames can't be shown. The other screens are not affected.`,
  nothingShown: "This grant shows none of this session's screens.",

  screen: (n: number) => `Screen ${n}`,
  screens: "Screens",
  allScreens: "All screens",
  onlyThis: (name: string) => `Show only ${name}`,

  /** The recorded number first: that is what records of looks name. */
  frameOf: (seq: string, place: number, total: string) => `No. ${seq}, ${nth(place)} of ${total}`,
  frameOn: (name: string, frame: string) => `${name}: ${frame}`,
  pictureOf: (name: string, time: string, seq: string) => `${name}, frame number ${seq}, captured at ${time}`,
  before: "Nothing captured yet at this time",
  fetching: "Fetching the frame",
  cut: "Cut off before it was sent",
  partial: "Only its beginning can be shown",
  checked: "SHA-256 checked",
  checkedWhy: "The bytes that arrived have the SHA-256 that the archive names.",
  estimated: "time estimated",

  broken: {
    damaged: "This frame is damaged",
    unknown: "This frame is not in the archive any more",
    outside: "This frame is outside of what the grant shows",
    differs: "This frame was changed on its way here",
    undecodable: "This frame can't be shown as a picture",
  },
  /** The same in a word or two, where there is little room. */
  brokenShort: {
    damaged: "damaged",
    unknown: "not in the archive",
    outside: "not in the grant",
    differs: "changed on the way",
    undecodable: "can't be shown",
  },
  brokenWhy: {
    damaged:
      "Its stored bytes don't pass the archive's checks, so nothing of it is shown. The other frames are not affected.",
    unknown: "The index names it, the store does not hold it.",
    outside: "Open the session again if your purpose needs it.",
    differs:
      "Its SHA-256 is not the one that the archive named. Reload the page; if it stays so, tell your operator.",
    undecodable: "Its bytes are intact and can be restored as a file, but this browser can't decode them.",
  },

  transport: "Playback",
  play: "Play",
  pause: "Pause",
  stepBack: "One frame back",
  stepOn: "One frame on",
  speed: "Speed",
  times: (speed: string) => `${speed}×`,
  skipIdle: "Skip idle time",
  skipIdleWhy: "Stretches in which no change was detected pass in a second.",
  live: "Live",
  follow: "Follow live",
  following: "Following live",
  zoomIn: "Enlarge",
  zoomOut: "Reduce",
  fit: "Fit",
  original: "100 %",
  fitWhy: "Fit the window",
  originalWhy: "One pixel on one pixel",
  move: "Move the picture",
  moves: {
    up: "Show what is above",
    left: "Show what is to the left",
    right: "Show what is to the right",
    down: "Show what is below",
  },
  fullScreen: "Full screen",
  leaveFullScreen: "Leave full screen",
  help: "Keyboard",
  waiting: "Waiting for a frame",

  position: "Position in the session",
  span: (from: string, to: string) => (from === to ? `at ${from}` : `from ${from} to ${to}`),
  legend: {
    idle: "No change detected",
    gap: "Nothing captured",
    damaged: "Damaged or can't be shown",
  },
  marks: (n: number) =>
    count(n, { one: "1 damaged or empty stretch", other: "# damaged or empty stretches" }),
  mark: { damaged: "Damaged or can't be shown", gap: "Nothing captured" },

  strip: "Film strip",
  stripStep: "Distance between pictures",
  stripSteps: {
    every: "Each frame",
    seconds: "10 s",
    minute: "1 min",
    minutes: "10 min",
    whole: "Whole session",
  },

  looks: (requests: number, frames: number) =>
    `Put on record in this visit: ${count(requests, { one: "1 request", other: "# requests" })} for ${count(frames, { one: "1 frame", other: "# frames" })}`,
  looksWhy: "Frames around the playhead are fetched ahead, and what is fetched counts as looked at.",

  sealedMeanwhile: "This session has ended while you watched. No more frames come.",
  resting: "Nobody has touched this page for a while, so it asks the server for nothing more.",
  goOn: "Continue",
  retrying: "The server does not answer with frames right now. It is asked again by itself.",
  notNow: "The server can't put looks on record right now, so it shows nothing. It is asked again by itself.",

  facts: "About this frame",
  fact: {
    stream: "Stream",
    captured: "Captured",
    number: "Number",
    type: "Type",
    size: "Size",
    pixels: "Pixels",
    check: "Check",
    notes: "Notes",
  },
  notChecked: "not checked",

  files: "Recordings and attachments",
  filesWhy:
    "These are kept bit for bit but not played here yet. They come out with all else of the session by",
  fileKind: { recording: "Recording", attachment: "Attachment" },
  unnamed: "without a name",

  keys: {
    title: "Keyboard",
    where: "These keys work while the player has the focus: click into it, or reach it with Tab.",
    close: "Close",
    groups: { play: "Playing", move: "Moving", view: "View" },
    space: "Space",
    shift: "Shift",
    home: "Home",
    end: "End",
    pageUp: "Page up",
    pageDown: "Page down",
    toggle: "Play or pause",
    speed: "Slower, faster",
    idle: "Skip idle time or not",
    step: "One frame back or on",
    jump: "Ten seconds back or on",
    minute: "A minute back or on",
    ends: "To the start, to the end (of an open session: follow live)",
    zoom: "Enlarge, reduce",
    fit: "Fit the window",
    original: "100 %: one pixel on one pixel",
    pan: "Move the enlarged picture up, left, down, right",
    screen: "Next screen alone, then all again",
    full: "Full screen",
    help: "This sheet",
    mouse:
      "Mouse and touch: wheel or two fingers to enlarge, drag or the arrows on the picture to move, double click for one screen alone.",
  },
};

export type PlayerWords = typeof player;
