//! The player itself: where the playhead stands, what every stage has to show, and that it is there in time. It knows nothing of
//! React; components read `state` and call its methods. All painting happens in animation frames.

import type { Opened } from "../api/content";
import type { Problem } from "../api/problem";
import type { SessionState } from "../api/types";
import { damageStarts, type Unshowable, unshowable, withFound } from "../model/damage";
import { advanced, type Pace, paceOf, paintedInstants, SPEEDS, type Speed } from "../model/pace";
import { type FrameKey, keyText, wanted } from "../model/plan";
import { type Strip, type StripStep, stripOf } from "../model/strip";
import { clamped, instantAt, only, shownAt, stepped, type Timeline, timelineOf } from "../model/timeline";
import type { Bounds, Frame, Track } from "../model/track";
import { IndexFeed, type Part } from "./feed";
import { afterPaint, measure } from "./marks";
import { Painter } from "./painter";
import { Pictures } from "./pictures";
import { INITIAL, type PlayerState, type Showing } from "./state";

/** After a seek the viewer may go on seeking: what lies around is fetched only when this has passed. */
const SETTLED_MS = 150;
/** The film strip's own requests wait longer still. */
const STRIP_SETTLED_MS = 500;
/** While the slider is dragged, so long a frame may take before the next one is asked for in its place. */
const SCRUB_MS = 250;
/** Shorter waits are not worth a word. */
const NOTICED_MS = 200;
/** A pause of the page itself (a hidden tab, a sleeping machine) is no playing time. */
const LONGEST_TICK_MS = 250;

/** Playing stands still so long where damage begins, however quick it passes. */
const DAMAGE_SHOWN_MS = 400;

/** What ends the visit, for the page around the player. */
export interface Endings {
  expired(): void;
  gone(): void;
  loggedOut(): void;
  sealed(): void;
  looked(): void;
}

/** What of a session is watched. */
export interface Watched {
  readonly parts: readonly Part[];
  readonly bounds: Bounds;
  readonly state: SessionState;
}

interface Seek {
  /** When the viewer asked for it. */
  readonly input: number;
}

export class Engine {
  readonly #pictures: Pictures;
  readonly #feed: IndexFeed;
  readonly #endings: Endings;
  readonly #painters = new Map<number, Painter>();
  readonly #listeners = new Set<() => void>();
  readonly #tickers = new Set<(at: number) => void>();
  readonly #smallListeners = new Set<(key: FrameKey) => void>();
  #state: PlayerState = INITIAL;
  #sessionState: SessionState | null = null;
  /** The streams on the stages: all, or the one shown alone. */
  #visible: Timeline = INITIAL.timeline;
  #pace: Pace = { instants: [], played: [] };
  #painted: readonly number[] = [];
  /** Where damage begins: shown for a moment at any speed. */
  #stops: readonly number[] = [];
  #shownUntil: number | null = null;
  #direction: 1 | -1 = 1;
  #scrubbing = false;
  #stripCount = 0;
  #movedAt = 0;
  #wishedAt = 0;
  /** The last move was to the next frame or so: more of that is to be expected. */
  #stepping = false;
  #seek: Seek | null = null;
  #stalledSince: number | null = null;
  #animation: number | null = null;
  #lastTick: number | null = null;
  #settling: ReturnType<typeof setTimeout>[] = [];
  #closed = false;

  constructor(opened: Opened, watched: Watched, endings: Endings) {
    const { parts, bounds, state } = watched;
    this.#endings = endings;
    this.#sessionState = state;
    this.#state = { ...INITIAL, live: state === "open" };
    this.#pictures = new Pictures(opened, {
      came: (key) => this.#arrived(key),
      broken: (key, why) => this.#broke(key, why),
      smallCame: (key) => {
        for (const listener of this.#smallListeners) listener(key);
      },
      failed: (problem) => this.#failed(problem),
      looked: (frames) => {
        const { looks } = this.#state;
        this.#set({ looks: { requests: looks.requests + 1, frames: looks.frames + frames } });
        endings.looked();
      },
    });
    this.#feed = new IndexFeed(opened, parts, bounds, {
      tracks: (tracks) => this.#extend(tracks),
      state: (now) => this.#session(now),
      failed: (problem) => this.#failed(problem),
      unreadable: (stream, detail) =>
        this.#set({ unreadable: new Map(this.#state.unreadable).set(stream, detail) }),
    });
  }

  close(): void {
    this.#closed = true;
    this.#feed.close();
    this.#pictures.close();
    this.#unsettle();
    if (this.#animation !== null) cancelAnimationFrame(this.#animation);
    for (const painter of this.#painters.values()) painter.detach();
  }

  // What components read.

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): PlayerState => this.#state;

  /** Called with the playhead's instant at every animation frame in which it moved. */
  onTick(ticker: (at: number) => void): () => void {
    this.#tickers.add(ticker);
    return () => this.#tickers.delete(ticker);
  }

  onSmall(listener: (key: FrameKey) => void): () => void {
    this.#smallListeners.add(listener);
    return () => this.#smallListeners.delete(listener);
  }

  small(key: FrameKey): ImageBitmap | undefined {
    return this.#pictures.small(key);
  }

  painter(stream: number): Painter {
    const known = this.#painters.get(stream);
    if (known !== undefined) return known;
    const painter = new Painter(() => this.#wake());
    this.#painters.set(stream, painter);
    return painter;
  }

  /** Those whose pictures are in sight. */
  painters(): Painter[] {
    return [...this.#painters.values()].filter((painter) => painter.attached);
  }

  /** The film strip of the stream that is shown first, or alone. */
  strip(count: number): Strip & { stream: number } {
    const track = this.#visible.tracks[0];
    if (track === undefined) return { stream: 0, frames: [], here: -1 };
    return { stream: track.stream, ...stripOf(track, this.#state.at, this.#state.strip, count) };
  }

  // What the viewer does. `input` is the time stamp of the event that asked for it.

  toggle(input: number): void {
    if (this.#state.playing) this.pause();
    else this.play(input);
  }

  play(input: number): void {
    const { phase, timeline, at, live } = this.#state;
    if (phase !== "ready") return;
    if (live && at >= this.#visible.end) {
      // The end of an open session is no end: what is played from here on is what comes.
      this.toEnd(input);
      return;
    }
    if (timeline.start === timeline.end) return;
    this.rest(false);
    if (at >= this.#visible.end) this.#move(this.#visible.start, input);
    this.#shownUntil = null;
    this.#direction = 1;
    this.#set({ playing: true, following: false });
    this.#wish();
    this.#wake();
  }

  pause(): void {
    if (!this.#state.playing) return;
    this.#lastTick = null;
    this.#stalled(null);
    this.#set({ playing: false });
    this.#target();
    this.#settle();
    this.#wake();
  }

  seek(at: number, input: number): void {
    this.#move(clamped(this.#state.timeline, at), input);
  }

  /** The slider is being dragged: nothing around is fetched until it is let go. */
  scrub(scrubbing: boolean): void {
    this.#scrubbing = scrubbing;
    if (!scrubbing) this.#settle();
  }

  step(frames: number, input: number): void {
    this.pause();
    this.#move(stepped(this.#visible, this.#state.at, frames), input, "step");
  }

  jump(seconds: number, input: number): void {
    this.seek(this.#state.at + seconds * 1_000, input);
  }

  toStart(input: number): void {
    this.#move(this.#visible.start, input);
  }

  /** To the last frame; while the session is open the playhead then stays at its end. */
  toEnd(input: number): void {
    this.pause();
    this.#move(this.#state.timeline.end, input);
    if (this.#state.live) this.#set({ following: true });
  }

  setSpeed(speed: Speed): void {
    this.#set({ speed });
    this.#repace();
  }

  changeSpeed(way: "slower" | "faster"): void {
    const place = SPEEDS.indexOf(this.#state.speed) + (way === "faster" ? 1 : -1);
    const speed = SPEEDS[place];
    if (speed !== undefined) this.setSpeed(speed);
  }

  setSkipIdle(skipIdle: boolean): void {
    this.#set({ skipIdle });
    this.#repace();
  }

  showAlone(stream: number | null): void {
    this.#set({ alone: stream });
    this.#rebuild();
    this.#target();
    this.#wish();
    this.#settle();
    this.#wake();
  }

  /** The next screen alone, after the last one all of them again. */
  nextScreen(): void {
    const streams = this.#state.timeline.tracks.map((track) => track.stream);
    if (streams.length < 2) return;
    const { alone } = this.#state;
    this.showAlone(streams[alone === null ? 0 : streams.indexOf(alone) + 1] ?? null);
  }

  /** Nobody is there any more, or somebody is again. At rest nothing is asked of the server, so that an unattended login ends. */
  rest(resting: boolean): void {
    if (this.#state.resting === resting) return;
    const { playing, problem } = this.#state;
    // Nothing is asked of the server anyway.
    if (resting && !playing && problem === null && this.#sessionState === "sealed") return;
    if (resting) this.pause();
    this.#set({ resting });
    this.#feed.rest(resting);
  }

  setStrip(step: StripStep): void {
    this.#set({ strip: step });
    this.#settle();
  }

  setStripCount(count: number): void {
    if (count === this.#stripCount) return;
    this.#stripCount = count;
    this.#settle();
  }

  // What comes from the server.

  #extend(tracks: readonly Track[]): void {
    const timeline = timelineOf(tracks);
    const first = this.#state.phase !== "ready";
    const lost = tracks.length > 0 && tracks.every((track) => this.#state.unreadable.has(track.stream));
    const phase = timeline.instants.length > 0 ? "ready" : lost ? "damaged" : "empty";
    this.#set({ timeline, phase, problem: null });
    this.#rebuild();
    if (phase !== "ready") return;
    if (first && this.#state.live) this.#set({ following: true });
    if (first)
      this.#move(this.#state.following ? timeline.end : timeline.start, performance.now(), "by itself");
    else if (this.#state.following) this.#move(timeline.end, performance.now(), "by itself");
    else this.#settle();
    for (const ticker of this.#tickers) ticker(this.#state.at);
  }

  #session(state: SessionState): void {
    const before = this.#sessionState;
    this.#sessionState = state;
    if (before === state) return;
    if (before === "open") this.#set({ live: false, following: false, sealedMeanwhile: true });
    this.#endings.sealed();
  }

  #failed(problem: Problem): void {
    switch (problem.kind) {
      case "grant-expired":
      case "grant-required":
        this.#endings.expired();
        break;
      case "not-found":
        this.#endings.gone();
        break;
      case "login-required":
      case "password-change-required":
        this.#endings.loggedOut();
        break;
      default:
        this.#set({ problem, ...(this.#state.phase === "loading" && { phase: "failed" as const }) });
    }
  }

  #arrived(key: FrameKey): void {
    if (this.#state.problem !== null) this.#set({ problem: null });
    if (this.#scrubbing) {
      // The slider has moved on, but something on the way is better than nothing; it is marked as not being the exact frame.
      const picture = this.#pictures.picture(key);
      if (picture !== undefined) this.painter(key.stream).show(picture);
    }
    this.#target();
    if (this.#state.playing || this.#scrubbing) this.#wish();
    this.#wake();
  }

  #broke(key: FrameKey, why: Unshowable): void {
    const found = withFound(this.#state.found, key, why);
    if (found === this.#state.found) return;
    this.#set({ found });
    this.#repace();
    this.#arrived(key);
  }

  // The playhead.

  #move(at: number, input: number, how: "seek" | "step" | "by itself" = "seek"): void {
    const before = this.#state.at;
    if (at !== before) this.#direction = at > before ? 1 : -1;
    this.#movedAt = performance.now();
    this.#lastTick = null;
    this.#stalled(null);
    this.#stepping = how === "step";
    if (how !== "by itself") {
      this.rest(false);
      this.#seek = { input };
    }
    this.#set({ at, following: how === "by itself" && this.#state.following });
    this.#target();
    // Breaks off at once whatever was under way for the place that was left. While the slider is dragged, what was asked for
    // is let come first: every request is on record, and one for each pixel of the way would drown the looks meant.
    if (!this.#scrubbing || this.#movedAt - this.#wishedAt > SCRUB_MS) this.#wish();
    this.#settle();
    this.#wake();
    for (const ticker of this.#tickers) ticker(at);
  }

  #rebuild(): void {
    const { timeline, alone } = this.#state;
    this.#visible = alone === null ? timeline : only(timeline, [alone]);
    this.#repace();
  }

  #repace(): void {
    const { skipIdle, speed, playing, found } = this.#state;
    this.#pace = paceOf(this.#visible, skipIdle);
    this.#stops = damageStarts(this.#visible, found);
    this.#painted = paintedInstants(this.#pace, speed, this.#stops);
    if (playing) this.#wish();
  }

  /** The frames that belong on the stages when the playhead is at an instant. */
  #due(at: number): Map<number, Frame | null> {
    const { playing } = this.#state;
    const instant = playing ? (this.#painted[instantAt(this.#painted, at)] ?? at) : at;
    return shownAt(this.#visible, instant);
  }

  #tick(now: number): void {
    this.#animation = null;
    if (this.#closed) return;
    if (this.#state.playing) this.#play(now);
    for (const painter of this.painters()) painter.paint();
    this.#finishSeek();
    if (this.#state.playing) this.#wake();
  }

  #play(now: number): void {
    const elapsed = this.#lastTick === null ? 0 : Math.min(now - this.#lastTick, LONGEST_TICK_MS);
    this.#lastTick = now;
    if (this.#shownUntil !== null && now < this.#shownUntil) return;
    const next = advanced(this.#pace, this.#state.at, elapsed, this.#state.speed, this.#stops);
    const due = this.#due(next);
    if (![...due].every(([stream, frame]) => frame === null || this.#isReady({ stream, seq: frame.seq }))) {
      this.#stalled(now);
      return;
    }
    this.#stalled(null);
    this.#shownUntil = this.#stops.includes(next) ? now + DAMAGE_SHOWN_MS : null;
    this.#advance(next, due, now);
    if (next >= this.#visible.end) {
      this.pause();
      if (this.#state.live) this.#set({ following: true });
    }
  }

  #advance(at: number, due: Map<number, Frame | null>, now: number): void {
    let changed = false;
    for (const [stream, frame] of due) {
      const showing = this.#state.showing.get(stream);
      const before = showing !== undefined && "frame" in showing ? showing.frame.seq : null;
      if (frame === null || frame.seq === before) continue;
      changed = true;
      afterPaint((painted) => measure("obhut:frame", now, painted, { stream, seq: frame.seq }));
    }
    // Components need to know of frames; the playhead between them moves by itself.
    if (changed) this.#set({ at });
    else this.#state = { ...this.#state, at };
    if (changed) {
      this.#target();
      this.#wish();
    }
    for (const ticker of this.#tickers) ticker(at);
  }

  #stalled(now: number | null): void {
    if (now !== null) {
      this.#stalledSince ??= now;
      if (now - this.#stalledSince > NOTICED_MS && !this.#state.waiting) this.#set({ waiting: true });
      return;
    }
    if (this.#stalledSince === null) return;
    if (this.#state.playing)
      measure("obhut:stall", this.#stalledSince, performance.now(), { at: this.#state.at });
    this.#stalledSince = null;
    if (this.#state.waiting) this.#set({ waiting: false });
  }

  #finishSeek(): void {
    const seek = this.#seek;
    if (seek === null) return;
    const showing = [...this.#state.showing.values()];
    if (showing.some((one) => one.kind === "loading")) return;
    this.#seek = null;
    if (this.#state.waiting) this.#set({ waiting: false });
    const frames = showing.flatMap((one) => ("frame" in one ? [one.frame.seq] : []));
    afterPaint((painted) => measure("obhut:seek", seek.input, painted, { at: this.#state.at, frames }));
  }

  #wake(): void {
    if (this.#animation === null && !this.#closed)
      this.#animation = requestAnimationFrame((now) => this.#tick(now));
  }

  // What is on the stages, and what has to be fetched for it.

  #isReady(key: FrameKey): boolean {
    return this.#pictures.has(key) || this.#unshowable(key) !== null;
  }

  #unshowable(key: FrameKey): Unshowable | null {
    const track = this.#state.timeline.tracks.find((one) => one.stream === key.stream);
    const frame = track?.frames[track.places.get(key.seq) ?? -1];
    return frame === undefined ? null : unshowable(this.#state.found, key.stream, frame);
  }

  /** Gives every stage the picture it should show, where it is there. */
  #target(): void {
    const showing = new Map<number, Showing>();
    for (const [stream, frame] of this.#due(this.#state.at)) {
      showing.set(stream, this.#showing(stream, frame));
    }
    const before = this.#state.showing;
    const same = [...showing].every(([stream, one]) => sameShowing(before.get(stream), one));
    if (!same || before.size !== showing.size) this.#set({ showing });
  }

  #showing(stream: number, frame: Frame | null): Showing {
    const painter = this.painter(stream);
    if (frame === null) {
      painter.show(null);
      return { kind: "before" };
    }
    const key = { stream, seq: frame.seq };
    const why = this.#unshowable(key);
    if (why !== null) {
      painter.show(null);
      return { kind: "unshowable", frame, why };
    }
    const picture = this.#pictures.picture(key);
    if (picture === undefined) return { kind: "loading", frame };
    painter.show(picture);
    const { width, height } = picture.bitmap;
    return {
      kind: "exact",
      frame,
      width,
      height,
      checked: picture.check === "sha-256",
      partial: picture.partial,
    };
  }

  #wish(): void {
    if (this.#closed || this.#state.phase !== "ready") return;
    const { at, playing, speed } = this.#state;
    const rested = performance.now() - this.#movedAt;
    const calm = this.#stepping || rested >= SETTLED_MS;
    const around = playing || (!this.#scrubbing && calm && !this.#state.following);
    const plan = wanted(this.#visible, this.#pace, this.#painted, {
      at,
      playing,
      speed,
      direction: this.#direction,
      stepping: this.#stepping,
    });
    const due = [...this.#due(at)].flatMap(([stream, frame]) =>
      frame === null ? [] : [{ stream, seq: frame.seq }],
    );
    const now = new Set(due.map(keyText));
    const others = (keys: readonly FrameKey[]) =>
      around ? keys.filter((key) => !now.has(keyText(key)) && this.#unshowable(key) === null) : [];
    const rest = others(plan.keys);
    const shown = [...this.#painters.values()].flatMap((painter) => painter.picture ?? []);
    const decode = rest.slice(0, playing ? this.#pictures.room(shown) : 2 * this.#visible.tracks.length);
    const stripped = !playing && !this.#scrubbing && rested >= STRIP_SETTLED_MS;
    const { stream, frames } = this.strip(this.#stripCount);
    this.#wishedAt = performance.now();
    this.#pictures.wish(
      {
        now: due.filter((key) => this.#unshowable(key) === null),
        soon: rest,
        near: others(plan.keys.slice(0, plan.low)),
        decode,
        small: frames.map(({ seq }) => ({ stream, seq })).filter((key) => this.#unshowable(key) === null),
        fetchSmall: stripped,
      },
      shown.map((picture) => picture.key),
    );
  }

  /** Wishes again when the viewer has come to rest. */
  #settle(): void {
    this.#unsettle();
    this.#settling = [SETTLED_MS, STRIP_SETTLED_MS].map((wait) => setTimeout(() => this.#wish(), wait + 1));
    this.#settling.push(setTimeout(() => this.#notice(), NOTICED_MS));
  }

  #unsettle(): void {
    for (const timer of this.#settling) clearTimeout(timer);
    this.#settling = [];
  }

  /** A seek takes long enough to say so. */
  #notice(): void {
    if (this.#seek !== null && !this.#state.waiting) this.#set({ waiting: true });
  }

  #set(part: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}

function sameShowing(a: Showing | undefined, b: Showing): boolean {
  if (a === undefined || a.kind !== b.kind) return false;
  if (a.kind === "before" || b.kind === "before") return true;
  if (a.frame !== b.frame) return false;
  return a.kind !== "exact" || b.kind !== "exact" || (a.checked === b.checked && a.partial === b.partial);
}
