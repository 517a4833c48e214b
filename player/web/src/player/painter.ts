//! Paints one stream's picture into its canvas, at the size and place that the viewer chose.

import {
  FITTED,
  original,
  type Point,
  panned,
  placement,
  type Size,
  STEP,
  type View,
  zoomed,
} from "../model/zoom";
import type { Picture } from "./pictures";

export type Zoom = "in" | "out" | "fit" | "original";

/** From here on single pixels are what the viewer wants to see. */
const PIXELS_FROM = 2;

export class Painter {
  readonly #wake: () => void;
  #canvas: HTMLCanvasElement | null = null;
  #context: CanvasRenderingContext2D | null = null;
  #observer: ResizeObserver | null = null;
  #window: Size = { width: 0, height: 0 };
  #picture: Picture | null = null;
  #view: View = FITTED;
  #dirty = true;
  /** Told the scale when it changes: pixels of the screen to one of the picture's, and whether the picture is fitted. */
  onScale: ((scale: number, fitted: boolean) => void) | null = null;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  attach(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    // A canvas just made is empty and has no size of ours.
    this.#window = { width: 0, height: 0 };
    this.#context = canvas.getContext("2d");
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.#resize(canvas, pixelsOf(entry));
    });
    this.#observer.observe(canvas);
  }

  detach(): void {
    this.#observer?.disconnect();
    this.#canvas = null;
    this.#context = null;
  }

  get attached(): boolean {
    return this.#canvas !== null;
  }

  get picture(): Picture | null {
    return this.#picture;
  }

  get moved(): boolean {
    return this.#view.scale !== null;
  }

  show(picture: Picture | null): void {
    if (this.#picture === picture) return;
    const before = this.#picture?.bitmap;
    this.#picture = picture;
    const now = picture?.bitmap;
    // Another screen resolution: what was enlarged is somewhere else now.
    if (
      before !== undefined &&
      now !== undefined &&
      (before.width !== now.width || before.height !== now.height)
    ) {
      this.#view = FITTED;
    }
    this.#touch();
  }

  /** Paints if anything changed since the last time. */
  paint(): void {
    const context = this.#context;
    if (!this.#dirty || context === null || this.#window.width === 0) return;
    this.#dirty = false;
    const { width, height } = this.#window;
    context.clearRect(0, 0, width, height);
    const bitmap = this.#picture?.bitmap;
    if (bitmap === undefined) return;
    const place = placement(this.#view, bitmap, this.#window);
    context.imageSmoothingEnabled = place.scale < PIXELS_FROM && place.scale !== 1;
    context.imageSmoothingQuality = "medium";
    context.drawImage(bitmap, place.x, place.y, bitmap.width * place.scale, bitmap.height * place.scale);
    this.onScale?.(place.scale, this.#view.scale === null);
  }

  zoom(way: Zoom): void {
    this.#change((view, size, window) => {
      if (way === "fit") return FITTED;
      if (way === "original") return original(view, size, window, Math.max(1, Math.round(devicePixelRatio)));
      return zoomed(view, size, window, way === "in" ? STEP : 1 / STEP);
    });
  }

  /** Enlarges around a point of the window, in CSS pixels of the canvas. */
  zoomAt(factor: number, at: Point): void {
    const density = this.#density();
    const anchor = { x: at.x * density, y: at.y * density };
    this.#change((view, size, window) => zoomed(view, size, window, factor, anchor));
  }

  /** Moves the picture by CSS pixels. */
  pan(by: Point): void {
    const density = this.#density();
    this.#change((view, size, window) =>
      panned(view, size, window, { x: by.x * density, y: by.y * density }),
    );
  }

  #change(change: (view: View, size: Size, window: Size) => View): void {
    const bitmap = this.#picture?.bitmap;
    if (bitmap === undefined) return;
    this.#view = change(this.#view, bitmap, this.#window);
    this.#touch();
  }

  #density(): number {
    const width = this.#canvas?.clientWidth ?? 0;
    return width === 0 ? 1 : this.#window.width / width;
  }

  #resize(canvas: HTMLCanvasElement, window: Size): void {
    if (window.width === this.#window.width && window.height === this.#window.height) return;
    this.#window = window;
    canvas.width = window.width;
    canvas.height = window.height;
    this.#dirty = true;
    // Setting the size has emptied the canvas: paint before the browser shows that.
    this.paint();
  }

  #touch(): void {
    this.#dirty = true;
    this.#wake();
  }
}

/** The canvas' room in device pixels, exactly where the browser tells it. */
function pixelsOf(entry: ResizeObserverEntry): Size {
  const exact = entry.devicePixelContentBoxSize?.[0];
  if (exact !== undefined) return { width: exact.inlineSize, height: exact.blockSize };
  const { width, height } = entry.contentRect;
  return { width: Math.round(width * devicePixelRatio), height: Math.round(height * devicePixelRatio) };
}
