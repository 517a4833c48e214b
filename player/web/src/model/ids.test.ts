import { expect, test } from "vitest";
import { dayFrom, dayOf, startOf } from "./days";
import { isId, shortId } from "./ids";

test("an id has its shape from beginning to end", () => {
  const id = "0192f000-0000-7000-8000-00000000beef";
  expect(isId(id)).toBe(true);
  expect(isId(id.toUpperCase())).toBe(true);
  expect(isId(`${id}0`)).toBe(false);
  expect(isId("0192f000")).toBe(false);
  expect(shortId(id)).toBe("00000000beef");
});

test("a day exists or is none", () => {
  expect(dayFrom("2028-02-29")).toBe("2028-02-29");
  expect(dayFrom("2026-02-29")).toBeNull();
  expect(dayFrom("2026-2-9")).toBeNull();
  expect(dayFrom(null)).toBeNull();
});

test("a day begins at the reader's midnight", () => {
  expect(startOf("2026-07-01")).toBe("2026-06-30T22:00:00.000Z");
  expect(startOf("2026-12-31", 1)).toBe("2026-12-31T23:00:00.000Z");
  expect(dayOf(new Date("2026-06-30T22:00:00Z"))).toBe("2026-07-01");
});
