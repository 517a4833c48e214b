import { describe, expect, it } from "vitest";
import { commandOf } from "./keys";

const press = (key: string, more: Partial<Parameters<typeof commandOf>[0]> = {}) =>
  commandOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe("keys", () => {
  it("step by a frame, with shift by ten seconds", () => {
    expect(press("ArrowRight")).toEqual({ do: "step", frames: 1 });
    expect(press("ArrowLeft", { shiftKey: true })).toEqual({ do: "jump", seconds: -10 });
  });

  it("are taken by what they write, however the keyboard writes it", () => {
    expect(press(">", { shiftKey: true })).toEqual({ do: "speed", way: "faster" });
    expect(press("<")).toEqual({ do: "speed", way: "slower" });
    expect(press("?", { shiftKey: true })).toEqual({ do: "help" });
    expect(press("F", { shiftKey: true })).toEqual({ do: "full" });
    expect(press("+")).toEqual(press("=", {}));
  });

  it("of the browser stay the browser's", () => {
    expect(press("f", { ctrlKey: true })).toBeNull();
    expect(press("ArrowLeft", { altKey: true })).toBeNull();
    expect(press("0", { metaKey: true })).toBeNull();
  });

  it("without a meaning have none, whatever their name", () => {
    expect(press("q")).toBeNull();
    expect(press("constructor")).toBeNull();
    expect(press("Tab")).toBeNull();
  });
});
