import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FrameKey } from "../model/plan";
import { emptyTrack, extended, type Track } from "../model/track";
import type { FeedEvents } from "./feed";
import type { Wishes } from "./messages";
import type { PicturesEvents } from "./pictures";

const fakes = vi.hoisted(() => ({
  feed: null as unknown,
  pictures: null as unknown,
  wishes: [] as unknown[],
  ready: new Set<string>(),
  rested: [] as boolean[],
}));

vi.mock("./feed", () => ({
  IndexFeed: class {
    constructor(_opened: unknown, _parts: unknown, _bounds: unknown, events: unknown) {
      fakes.feed = events;
    }
    rest(resting: boolean) {
      fakes.rested.push(resting);
    }
    close() {}
  },
}));
vi.mock("./pictures", () => ({
  Pictures: class {
    constructor(_opened: unknown, events: unknown) {
      fakes.pictures = events;
    }
    picture(key: FrameKey) {
      const there = fakes.ready.has(`${key.stream}/${key.seq}`);
      return there ? { key, bitmap: { width: 1, height: 1 }, check: "sha-256", partial: false } : undefined;
    }
    has(key: FrameKey) {
      return fakes.ready.has(`${key.stream}/${key.seq}`);
    }
    small() {}
    room() {
      return 8;
    }
    wish(wishes: unknown) {
      fakes.wishes.push(wishes);
    }
    close() {}
  },
}));

const { Engine } = await import("./engine");

const feed = () => fakes.feed as FeedEvents;
const pictures = () => fakes.pictures as PicturesEvents;
const lastWish = () => fakes.wishes.at(-1) as Wishes;

const START = 1_000_000;
const track = (stream: number, count: number, every = 3_000): Track => {
  const numbers = Array.from({ length: count }, (_, n) => n + 1);
  return extended(emptyTrack(stream), {
    seq: numbers,
    at: numbers.map((seq) => START + (seq - 1) * every),
    bytes: numbers.map(() => 10),
    type: numbers.map(() => 0),
    types: ["image/png"],
    cut: [],
    damaged: [],
  });
};

let animation: ((now: number) => void) | null = null;
let now = 0;
/** One animation frame, so many milliseconds after the last. */
const frame = (ms: number) => {
  now += ms;
  const due = animation;
  animation = null;
  due?.(now);
};

const endings = { expired: vi.fn(), gone: vi.fn(), loggedOut: vi.fn(), sealed: vi.fn(), looked: vi.fn() };
let engine: InstanceType<typeof Engine>;
const open = (state: "open" | "sealed") => {
  const bounds = { start: null, end: null };
  engine = new Engine({ session: "s", grant: "g" }, { parts: [], bounds, state }, endings);
};
const shown = (stream = 0) => {
  const one = engine.snapshot().showing.get(stream);
  return one === undefined || one.kind === "before" ? null : [one.frame.seq, one.kind];
};

beforeEach(() => {
  fakes.wishes = [];
  fakes.rested = [];
  fakes.ready = new Set(Array.from({ length: 500 }, (_, n) => `0/${n}`));
  now = 0;
  animation = null;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.stubGlobal("requestAnimationFrame", (then: (now: number) => void) => {
    animation = then;
    return 1;
  });
  vi.stubGlobal("cancelAnimationFrame", () => {
    animation = null;
  });
});

afterEach(() => {
  engine.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the engine", () => {
  it("waits for the exact frame of a seek and asks for it alone", () => {
    fakes.ready.clear();
    open("sealed");
    feed().tracks([track(0, 100)]);
    engine.seek(START + 50 * 3_000, 0);
    expect(shown()).toEqual([51, "loading"]);
    expect(lastWish().now).toEqual([{ stream: 0, seq: 51 }]);
    expect(lastWish().soon).toEqual([]);
    fakes.ready.add("0/51");
    pictures().came({ stream: 0, seq: 51 });
    expect(shown()).toEqual([51, "exact"]);
  });

  it("makes what reading found known to strip and axis", () => {
    open("sealed");
    feed().tracks([track(0, 10)]);
    pictures().broken({ stream: 0, seq: 1 }, { broken: "differs", detail: null });
    expect(engine.snapshot().found.get("0/1")?.broken).toBe("differs");
    expect(shown()).toEqual([1, "unshowable"]);
  });

  it("plays over damage by showing it for a moment, at any speed", () => {
    open("sealed");
    const sound = track(0, 400, 100);
    feed().tracks([sound]);
    const seq = 38;
    const frames = sound.frames.map((one) => (one.seq === seq ? { ...one, damaged: "x" } : one));
    feed().tracks([{ ...sound, frames }]);
    engine.setSpeed(16);
    engine.play(0);
    frame(0);
    const seen = new Map<number, number>();
    for (let n = 0; n < 70; n++) {
      frame(50);
      const [number] = shown() ?? [];
      seen.set(number as number, (seen.get(number as number) ?? 0) + 1);
    }
    expect(seen.get(seq)).toBeGreaterThanOrEqual(8);
    expect(engine.snapshot().at).toBe(sound.frames.at(-1)?.at);
  });

  it("stands still while a frame that is due is lacking, and goes on when it comes", () => {
    fakes.ready.delete("0/2");
    open("sealed");
    feed().tracks([track(0, 10)]);
    engine.play(0);
    for (let n = 0; n < 20; n++) frame(250);
    expect(shown()).toEqual([1, "exact"]);
    fakes.ready.add("0/2");
    frame(250);
    expect(shown()).toEqual([2, "exact"]);
  });

  it("follows an open session when it is played at its end, and does not begin anew", () => {
    open("open");
    feed().tracks([track(0, 10)]);
    engine.seek(START + 9 * 3_000, 0);
    expect(engine.snapshot().following).toBe(false);
    engine.toggle(0);
    expect(engine.snapshot()).toMatchObject({ following: true, playing: false, at: START + 9 * 3_000 });
    feed().tracks([track(0, 11)]);
    expect(engine.snapshot().at).toBe(START + 10 * 3_000);
  });

  it("begins anew when a sealed session is played at its end", () => {
    open("sealed");
    feed().tracks([track(0, 10)]);
    engine.toEnd(0);
    engine.toggle(0);
    expect(engine.snapshot()).toMatchObject({ playing: true, at: START });
  });

  it("tells a damaged index as such, not as trouble with the connection", () => {
    open("sealed");
    feed().unreadable(0, "why");
    feed().tracks([emptyTrack(0)]);
    expect(engine.snapshot()).toMatchObject({ phase: "damaged", problem: null });
    expect(engine.snapshot().unreadable.get(0)).toBe("why");
  });

  it("shows the streams that can be read beside one that can't", () => {
    open("sealed");
    feed().unreadable(1, "why");
    feed().tracks([track(0, 3), emptyTrack(1)]);
    expect(engine.snapshot().phase).toBe("ready");
    expect(shown()).toEqual([1, "exact"]);
  });

  it("rests when nobody is there, until somebody does something", () => {
    open("open");
    feed().tracks([track(0, 10)]);
    engine.rest(true);
    expect(engine.snapshot()).toMatchObject({ resting: true, playing: false });
    engine.step(-1, 0);
    expect(engine.snapshot().resting).toBe(false);
    expect(fakes.rested).toEqual([true, false]);
  });

  it("has nothing to rest from in a sealed session that is not played", () => {
    open("sealed");
    feed().tracks([track(0, 10)]);
    engine.rest(true);
    expect(engine.snapshot().resting).toBe(false);
    engine.play(0);
    engine.rest(true);
    expect(engine.snapshot()).toMatchObject({ resting: true, playing: false });
  });

  it("ends the visit with the grant, the session or the login", () => {
    open("sealed");
    const problem = { status: 403, detail: null, retryAfterSeconds: null };
    feed().failed({ ...problem, kind: "grant-expired" });
    pictures().failed({ ...problem, kind: "not-found" });
    pictures().failed({ ...problem, kind: "login-required" });
    expect(endings.expired).toHaveBeenCalledOnce();
    expect(endings.gone).toHaveBeenCalledOnce();
    expect(endings.loggedOut).toHaveBeenCalledOnce();
  });
});
