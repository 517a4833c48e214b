import { describe, expect, it } from "vitest";
import { FITTED, fitScale, original, panned, placement, STEP, scaleOf, zoomed } from "./zoom";

const picture = { width: 1920, height: 1080 };
const window = { width: 960, height: 540 };

describe("a view", () => {
  it("fits the picture in the middle of its window", () => {
    expect(fitScale(picture, window)).toBe(0.5);
    expect(placement(FITTED, picture, { width: 960, height: 700 })).toEqual({ x: 0, y: 80, scale: 0.5 });
  });

  it("at 100 % puts pixels on pixels", () => {
    const view = original(FITTED, picture, window, 1);
    const placed = placement(view, picture, window);
    expect(placed).toEqual({ x: -480, y: -270, scale: 1 });
    expect(Number.isInteger(placed.x)).toBe(true);
  });

  it("enlarges around the pointer", () => {
    const anchor = { x: 200, y: 100 };
    const view = zoomed(FITTED, picture, window, 2, anchor);
    const placed = placement(view, picture, window);
    expect(placed.scale).toBe(1);
    expect((anchor.x - placed.x) / placed.scale).toBeCloseTo(400);
    expect((anchor.y - placed.y) / placed.scale).toBeCloseTo(200);
  });

  it("fits again when made as small as the window", () => {
    expect(zoomed(zoomed(FITTED, picture, window, STEP), picture, window, 1 / STEP)).toBe(FITTED);
  });

  it("has a largest size", () => {
    let view = FITTED;
    for (let n = 0; n < 50; n++) view = zoomed(view, picture, window, STEP);
    expect(scaleOf(view, picture, window)).toBe(16);
  });

  it("never shows a border beside a picture larger than the window", () => {
    const view = panned(original(FITTED, picture, window, 1), picture, window, { x: 5000, y: -5000 });
    expect(placement(view, picture, window)).toEqual({ x: 0, y: 540 - 1080, scale: 1 });
  });

  it("does not move when it is fitted", () => {
    expect(panned(FITTED, picture, window, { x: 10, y: 10 })).toBe(FITTED);
  });
});
