//! How a picture lies in its window: fitted, or enlarged and moved. Lengths are device pixels; pure.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `scale` null fits the picture into the window. `centre` is the picture's point in the middle of the window. */
export interface View {
  readonly scale: number | null;
  readonly centre: Point;
}

export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export const FITTED: View = { scale: null, centre: { x: 0, y: 0 } };
const LARGEST = 16;
/** One key or button makes this much of a difference. */
export const STEP = 1.25;

export function fitScale(picture: Size, window: Size): number {
  if (picture.width === 0 || picture.height === 0) return 1;
  return Math.min(window.width / picture.width, window.height / picture.height);
}

export function scaleOf(view: View, picture: Size, window: Size): number {
  return view.scale ?? fitScale(picture, window);
}

/** Where the picture's upper left corner comes to lie, on whole pixels so that at 100 % no pixel is blurred. */
export function placement(view: View, picture: Size, window: Size): Placement {
  const scale = scaleOf(view, picture, window);
  const centre = view.scale === null ? middle(picture) : held(view.centre, scale, picture, window);
  return {
    x: Math.round(window.width / 2 - centre.x * scale),
    y: Math.round(window.height / 2 - centre.y * scale),
    scale,
  };
}

/** Enlarges by a factor so that the picture's point under `anchor` (in the window) stays where it is. */
export function zoomed(view: View, picture: Size, window: Size, factor: number, anchor?: Point): View {
  const fit = fitScale(picture, window);
  const before = placement(view, picture, window);
  const scale = Math.min(Math.max(before.scale * factor, Math.min(fit, 1)), LARGEST);
  if (factor < 1 && scale <= fit && fit <= 1) return FITTED;
  const point = anchor ?? { x: window.width / 2, y: window.height / 2 };
  const fixed = { x: (point.x - before.x) / before.scale, y: (point.y - before.y) / before.scale };
  const centre = {
    x: fixed.x + (window.width / 2 - point.x) / scale,
    y: fixed.y + (window.height / 2 - point.y) / scale,
  };
  return { scale, centre: held(centre, scale, picture, window) };
}

/** One pixel of the picture on `pixel` device pixels. */
export function original(view: View, picture: Size, window: Size, pixel: number): View {
  const centre = view.scale === null ? middle(picture) : view.centre;
  return { scale: pixel, centre: held(centre, pixel, picture, window) };
}

export function panned(view: View, picture: Size, window: Size, by: Point): View {
  if (view.scale === null) return view;
  const centre = { x: view.centre.x - by.x / view.scale, y: view.centre.y - by.y / view.scale };
  return { scale: view.scale, centre: held(centre, view.scale, picture, window) };
}

function middle(picture: Size): Point {
  return { x: picture.width / 2, y: picture.height / 2 };
}

/** No empty border appears while the picture is larger than the window; a smaller one stays in the middle. */
function held(centre: Point, scale: number, picture: Size, window: Size): Point {
  const axis = (value: number, length: number, room: number) => {
    const half = room / 2 / scale;
    return half * 2 >= length ? length / 2 : Math.min(Math.max(value, half), length - half);
  };
  return { x: axis(centre.x, picture.width, window.width), y: axis(centre.y, picture.height, window.height) };
}
