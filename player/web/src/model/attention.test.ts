import { expect, test } from "vitest";
import { attentionAt } from "./attention";

test("somebody is there until a login's idle time has passed without input, and the login until it has passed again", () => {
  const idle = 1_800_000;
  expect(attentionAt(5_000, 5_000 + idle - 1, idle)).toBe("present");
  expect(attentionAt(5_000, 5_000 + idle, idle)).toBe("away");
  expect(attentionAt(5_000, 5_000 + 2 * idle - 1, idle)).toBe("away");
  expect(attentionAt(5_000, 5_000 + 2 * idle, idle)).toBe("ended");
});
