//! Makes the page's wishes come true: decides what to fetch next, keeps the bytes that came, decodes what is waited for first.
//! Memory is bounded by the cache of encoded bytes; decoded pictures belong to the page as soon as they are made.

import type { Opened } from "../../api/content";
import type { Problem } from "../../api/problem";
import { ByteCache } from "../../model/cache";
import type { Broken } from "../../model/damage";
import { type FrameKey, type FrameRange, keyText, RANGE, ranges } from "../../model/plan";
import type { Check, FromWorker, Wishes } from "../messages";
import { checked, type Decoded, decoded, small } from "./decode";
import { type Arrived, Flight, type Purpose } from "./flight";
import { Pauses } from "./pauses";

const ENCODED_BYTES = 64 * 1024 * 1024;
/** Requests beside the one that is waited for; a browser has six connections at most. */
const RANGES_AT_ONCE = 2;
const SMALL_AT_ONCE = 2;
/** Pictures decoded at once that nobody waits for. */
const DECODED_AT_ONCE = 2;

/** These say that the server was not asked, or could not answer at all: nothing of the frames asked for. */
const OF_THE_SERVER: readonly Problem["kind"][] = ["unavailable", "too-many-requests"];

/** After these nothing else can be had under this grant. */
const FINAL: readonly Problem["kind"][] = [
  "login-required",
  "password-change-required",
  "role-forbidden",
  "grant-required",
  "grant-expired",
  "not-found",
];

interface Held {
  blob: Blob;
  check: Check;
}

const single = (key: FrameKey): FrameRange => ({ stream: key.stream, first: key.seq, last: key.seq });

const NOTHING: Wishes = {
  now: [],
  soon: [],
  near: [],
  decode: [],
  small: [],
  fetchSmall: false,
  received: 0,
};

export class Loader {
  readonly #opened: Opened;
  readonly #post: (message: FromWorker) => void;
  readonly #held = new ByteCache<Held>(ENCODED_BYTES);
  readonly #flights = new Set<Flight>();
  readonly #broken = new Set<string>();
  /** Their bytes have come and are being compared with their digest. */
  readonly #checking = new Set<string>();
  /** Of these no small picture can be made; what they are shows when they stand on the stage. */
  readonly #smallFailed = new Set<string>();
  readonly #pauses = new Pauses(() => this.#work());
  /** A range ended or failed without these; each is asked for by itself, which tells why. */
  readonly #missed = new Set<string>();
  readonly #decoding = new Set<string>();
  /** Pictures on their way to the page, by their ordinal. */
  readonly #sent = new Map<string, number>();
  #sentCount = 0;
  #wishes = NOTHING;
  #closed = false;

  constructor(opened: Opened, post: (message: FromWorker) => void) {
    this.#opened = opened;
    this.#post = post;
  }

  wish(wishes: Wishes): void {
    if (this.#closed) return;
    this.#wishes = wishes;
    for (const [key, ordinal] of this.#sent) if (ordinal <= wishes.received) this.#sent.delete(key);
    const wished = new Set([...wishes.now, ...wishes.soon].map(keyText));
    if (wishes.fetchSmall) for (const key of wishes.small) wished.add(keyText(key));
    for (const flight of this.#flights) {
      if (!flight.keys().some((key) => wished.has(key))) this.#drop(flight);
    }
    this.#work();
  }

  close(): void {
    this.#closed = true;
    this.#pauses.clear();
    for (const flight of this.#flights) this.#drop(flight);
    this.#held.clear();
  }

  #drop(flight: Flight): void {
    flight.abort();
    this.#flights.delete(flight);
  }

  #work(): void {
    if (this.#closed) return;
    this.#decode();
    this.#fetch();
  }

  #fetch(): void {
    const { now, small: strip, fetchSmall } = this.#wishes;
    for (const key of now) {
      if (this.#lacks(key) && !this.#comesNext(key) && this.#pauses.allows("now", keyText(key)))
        this.#fly(single(key), "now");
    }
    // What is waited for has the connection and the server to itself.
    if (this.#count("now") > 0) return;
    this.#fetchSoon();
    if (!fetchSmall || this.#count("soon") > 0) return;
    for (const key of strip) {
      if (this.#count("small") >= SMALL_AT_ONCE) return;
      if (this.#absent(key) && this.#pauses.allows("small", keyText(key))) this.#fly(single(key), "small");
    }
  }

  #fetchSoon(): void {
    const { soon, near } = this.#wishes;
    if (!near.some((key) => this.#absent(key))) return;
    const lacking = soon.filter((key) => this.#absent(key) && this.#pauses.allows("soon", keyText(key)));
    const together = lacking.filter((key) => !this.#missed.has(keyText(key)));
    const alone = lacking.filter((key) => this.#missed.has(keyText(key)));
    for (const range of [...ranges(together, RANGE, (key) => !this.#absent(key)), ...ranges(alone, 1)]) {
      if (this.#count("soon") >= RANGES_AT_ONCE) return;
      this.#fly(range, "soon");
    }
  }

  /** Neither here nor under way. */
  #absent(key: FrameKey): boolean {
    return this.#lacks(key) && !this.#comes(key);
  }

  #lacks(key: FrameKey): boolean {
    const text = keyText(key);
    return (
      !this.#held.has(text) &&
      !this.#broken.has(text) &&
      !this.#sent.has(text) &&
      !this.#decoding.has(text) &&
      !this.#checking.has(text)
    );
  }

  #comes(key: FrameKey): boolean {
    return [...this.#flights].some((flight) => flight.brings(key.stream, key.seq));
  }

  /** Some request brings it before anything else, so that another one would not be quicker. */
  #comesNext(key: FrameKey): boolean {
    return [...this.#flights].some((flight) => {
      const [next] = flight.left;
      return flight.range.stream === key.stream && next === key.seq;
    });
  }

  #count(purpose: Purpose): number {
    let count = 0;
    for (const flight of this.#flights) if (flight.purpose === purpose) count++;
    return count;
  }

  #fly(range: FrameRange, purpose: Purpose): void {
    const flight = new Flight(range, purpose);
    this.#flights.add(flight);
    this.#post({ kind: "looked", frames: range.last - range.first + 1 });
    const landing = {
      arrived: (stream: number, seq: number, arrived: Arrived) => void this.#keep({ stream, seq }, arrived),
      broken: (stream: number, seq: number, broken: Broken, detail: string | null) =>
        this.#breaks({ stream, seq }, broken, detail),
    };
    void flight.fly(this.#opened, landing).then((problem) => this.#landed(flight, problem));
  }

  #landed(flight: Flight, problem: Problem | null): void {
    this.#flights.delete(flight);
    if (this.#closed || flight.aborted) return;
    if (problem === null) {
      this.#pauses.succeeded(flight.purpose);
      for (const key of flight.keys()) this.#missed.add(key);
      this.#work();
    } else {
      this.#fails(flight, problem);
    }
  }

  #fails(flight: Flight, problem: Problem): void {
    this.#post({ kind: "problem", problem });
    if (FINAL.includes(problem.kind)) {
      this.close();
      return;
    }
    const keys = flight.keys();
    if (!OF_THE_SERVER.includes(problem.kind)) for (const key of keys) this.#missed.add(key);
    this.#pauses.failed(flight.purpose, keys, problem);
    // Others may go on.
    this.#work();
  }

  async #keep(key: FrameKey, arrived: Arrived): Promise<void> {
    const text = keyText(key);
    // From here on it is in no flight any more, and not yet held: it must not be asked for again meanwhile.
    this.#checking.add(text);
    const check = await checked(arrived.bytes, arrived.sha256);
    this.#checking.delete(text);
    if (this.#closed) return;
    this.#missed.delete(text);
    if (check === "differs") {
      this.#breaks(key, "differs", null);
      return;
    }
    const blob = new Blob([arrived.bytes], { type: arrived.type });
    const kept = new Set([...this.#wishes.now, ...this.#wishes.soon].map(keyText));
    this.#held.put(text, { blob, check }, blob.size, kept);
    this.#work();
  }

  #breaks(key: FrameKey, broken: Broken, detail: string | null): void {
    this.#broken.add(keyText(key));
    this.#post({ kind: "broken", key, broken, detail });
  }

  #decode(): void {
    const { now, decode, small: strip } = this.#wishes;
    for (const key of now) this.#make(key, "picture");
    // What is waited for has the processor to itself.
    if (now.some((key) => this.#decoding.has(nameOf(key, "picture")))) return;
    for (const key of decode) {
      if (this.#decoding.size >= DECODED_AT_ONCE) return;
      this.#make(key, "picture");
    }
    for (const key of strip) {
      if (this.#decoding.size >= DECODED_AT_ONCE) return;
      this.#make(key, "small");
    }
  }

  #make(key: FrameKey, what: Made): void {
    const text = nameOf(key, what);
    if (this.#decoding.has(text) || this.#sent.has(text) || this.#broken.has(keyText(key))) return;
    if (this.#smallFailed.has(text)) return;
    const held = this.#held.get(keyText(key));
    if (held === undefined) return;
    this.#decoding.add(text);
    const made = what === "picture" ? this.#picture(key, held) : this.#small(key, held.blob);
    void made.then(() => {
      this.#decoding.delete(text);
      this.#work();
    });
  }

  async #picture(key: FrameKey, held: Held): Promise<void> {
    let picture: Decoded;
    try {
      picture = await decoded(held.blob);
    } catch {
      this.#breaks(key, "undecodable", held.blob.type);
      return;
    }
    const { bitmap, partial } = picture;
    const { now, small: strip } = this.#wishes;
    const among = (keys: readonly FrameKey[]) => keys.some((other) => keyText(other) === keyText(key));
    // While it is decoded anyway; whoever waits for it need not wait for this.
    if (among(strip) && !among(now)) await this.#small(key, bitmap);
    this.#send(nameOf(key, "picture"), { kind: "picture", key, bitmap, check: held.check, partial });
  }

  async #small(key: FrameKey, source: ImageBitmap | Blob): Promise<void> {
    const name = nameOf(key, "small");
    try {
      this.#send(name, { kind: "small", key, bitmap: await small(source) });
    } catch {
      // A thumbnail less: it says nothing of the frame, which its picture on the stage will.
      this.#smallFailed.add(name);
    }
  }

  #send(name: string, message: FromWorker & { bitmap: ImageBitmap }): void {
    if (this.#closed) {
      message.bitmap.close();
      return;
    }
    this.#sent.set(name, ++this.#sentCount);
    this.#post(message);
  }
}

type Made = "picture" | "small";

const nameOf = (key: FrameKey, what: Made) => (what === "picture" ? keyText(key) : `small ${keyText(key)}`);
