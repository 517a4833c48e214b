import { expect, it } from "vitest";
import { columnsFor } from "./layout";

const wide = { width: 1920, height: 1080 };
const tall = { width: 1080, height: 1920 };

it("pictures stand side by side in a wide room and below each other in a narrow one", () => {
  expect(columnsFor([wide, wide], { width: 1600, height: 600 }, 8)).toBe(2);
  expect(columnsFor([wide, wide], { width: 400, height: 700 }, 8)).toBe(1);
  expect(columnsFor([tall, tall, tall], { width: 1600, height: 700 }, 8)).toBe(3);
  expect(columnsFor([wide, wide, wide, wide], { width: 1600, height: 900 }, 8)).toBe(2);
});

it("one picture, or none, has the room to itself", () => {
  expect(columnsFor([wide], { width: 100, height: 100 }, 8)).toBe(1);
  expect(columnsFor([], { width: 100, height: 100 }, 8)).toBe(1);
});
