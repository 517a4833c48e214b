//! The page's side of the picture worker: decoded pictures, bounded in memory, and what is known of those that can't be shown.

import type { Opened } from "../api/content";
import type { Problem } from "../api/problem";
import { ByteCache } from "../model/cache";
import type { Unshowable } from "../model/damage";
import { type FrameKey, keyText } from "../model/plan";
import { startWorker } from "../platform/worker";
import type { Check, FromWorker, ToWorker, Wishes } from "./messages";
import workerUrl from "./worker/index.ts?worker&url";

const DECODED_BYTES = 96 * 1024 * 1024;
const SMALL_BYTES = 24 * 1024 * 1024;

export interface Picture {
  readonly key: FrameKey;
  readonly bitmap: ImageBitmap;
  readonly check: Check;
  readonly partial: boolean;
}

export interface PicturesEvents {
  came(key: FrameKey): void;
  /** It is known now that a picture can't come. */
  broken(key: FrameKey, why: Unshowable): void;
  smallCame(key: FrameKey): void;
  failed(problem: Problem): void;
  looked(frames: number): void;
}

const bytesOf = (bitmap: ImageBitmap) => bitmap.width * bitmap.height * 4;

export class Pictures {
  readonly #worker: Worker;
  readonly #events: PicturesEvents;
  readonly #decoded = new ByteCache<Picture>(DECODED_BYTES, (picture) => picture.bitmap.close());
  readonly #small = new ByteCache<ImageBitmap>(SMALL_BYTES, (bitmap) => bitmap.close());
  /** Never asked for again. */
  readonly #broken = new Set<string>();
  /** On the screen, or about to be. */
  #kept: ReadonlySet<string> = new Set();
  #received = 0;

  constructor(opened: Opened, events: PicturesEvents) {
    this.#events = events;
    this.#worker = startWorker(workerUrl);
    this.#worker.addEventListener("message", (event: MessageEvent<FromWorker>) => this.#take(event.data));
    this.#say({ kind: "open", opened });
  }

  close(): void {
    this.#worker.terminate();
    this.#decoded.clear();
    this.#small.clear();
  }

  picture(key: FrameKey): Picture | undefined {
    return this.#decoded.get(keyText(key));
  }

  has(key: FrameKey): boolean {
    return this.#decoded.has(keyText(key));
  }

  small(key: FrameKey): ImageBitmap | undefined {
    return this.#small.get(keyText(key));
  }

  /** How many pictures of this size may be had ready beside the one that is shown. */
  room(shown: readonly Picture[]): number {
    const largest = Math.max(...shown.map((picture) => bytesOf(picture.bitmap)), 1920 * 1080 * 4);
    return Math.max(Math.floor(DECODED_BYTES / largest) - 2 * shown.length, 1);
  }

  /** Asks for what is missing of these. `kept` stays in memory in any case. */
  wish(wishes: Omit<Wishes, "received">, kept: readonly FrameKey[]): void {
    this.#kept = new Set([...kept, ...wishes.now, ...wishes.decode].map(keyText));
    const lacking = (key: FrameKey) => !this.has(key) && !this.#broken.has(keyText(key));
    this.#say({
      kind: "wish",
      wishes: {
        now: wishes.now.filter(lacking),
        soon: wishes.soon.filter(lacking),
        near: wishes.near.filter(lacking),
        decode: wishes.decode.filter(lacking),
        small: wishes.small.filter(
          (key) => !this.#small.has(keyText(key)) && !this.#broken.has(keyText(key)),
        ),
        fetchSmall: wishes.fetchSmall,
        received: this.#received,
      },
    });
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case "picture": {
        this.#received++;
        const { key, bitmap, check, partial } = message;
        this.#decoded.put(keyText(key), { key, bitmap, check, partial }, bytesOf(bitmap), this.#kept);
        this.#events.came(key);
        break;
      }
      case "small":
        this.#received++;
        this.#small.put(keyText(message.key), message.bitmap, bytesOf(message.bitmap));
        this.#events.smallCame(message.key);
        break;
      case "broken":
        this.#broken.add(keyText(message.key));
        this.#events.broken(message.key, { broken: message.broken, detail: message.detail });
        break;
      case "problem":
        this.#events.failed(message.problem);
        break;
      case "looked":
        this.#events.looked(message.frames);
        break;
    }
  }
}
