import { expect, test } from "vitest";
import { isAway } from "./attention";

test("somebody is there until a login's idle time has passed without input", () => {
  const idle = 1_800_000;
  expect(isAway(5_000, 5_000 + idle - 1, idle)).toBe(false);
  expect(isAway(5_000, 5_000 + idle, idle)).toBe(true);
});
