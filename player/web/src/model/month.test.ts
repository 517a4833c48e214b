import { expect, test } from "vitest";
import { dayAfterKey, daysOn, monthFrom, monthsOn, weeksOf } from "./month";

test("a month is shown in whole weeks from Monday on", () => {
  const weeks = weeksOf("2026-12");
  expect(weeks.map((week) => week[0])).toEqual([
    "2026-11-30",
    "2026-12-07",
    "2026-12-14",
    "2026-12-21",
    "2026-12-28",
  ]);
  expect(weeks.at(-1)?.at(-1)).toBe("2027-01-03");
  // February 2027 begins on a Monday and fills four weeks.
  expect(weeksOf("2027-02")).toHaveLength(4);
  // August 2026 begins on a Saturday and needs six.
  expect(weeksOf("2026-08")).toHaveLength(6);
});

test("every month of ten years has each of its days once", () => {
  for (let n = 0; n < 120; n += 1) {
    const month = monthsOn("2024-01", n);
    const days = weeksOf(month).flat();
    expect(new Set(days).size).toBe(days.length);
    const own = days.filter((day) => day.startsWith(month));
    expect(own[0]).toBe(`${month}-01`);
    expect(daysOn(own.at(-1) ?? "", 1)).toBe(`${monthsOn(month, 1)}-01`);
    expect(days.length).toBeLessThanOrEqual(62);
  }
});

test("keys lead over the ends of weeks, months and years", () => {
  expect(dayAfterKey("2026-12-31", "ArrowRight")).toBe("2027-01-01");
  expect(dayAfterKey("2026-12-01", "ArrowLeft")).toBe("2026-11-30");
  expect(dayAfterKey("2026-12-03", "ArrowUp")).toBe("2026-11-26");
  expect(dayAfterKey("2026-12-31", "ArrowDown")).toBe("2027-01-07");
  expect(dayAfterKey("2026-12-03", "Home")).toBe("2026-11-30");
  expect(dayAfterKey("2026-12-06", "Home")).toBe("2026-11-30");
  expect(dayAfterKey("2026-12-03", "End")).toBe("2026-12-06");
  expect(dayAfterKey("2027-01-31", "PageDown")).toBe("2027-02-28");
  expect(dayAfterKey("2028-03-31", "PageUp")).toBe("2028-02-29");
  expect(dayAfterKey("2026-12-03", "PageDown")).toBe("2027-01-03");
  expect(dayAfterKey("2026-12-03", "a")).toBeNull();
});

test("what is no month is none", () => {
  expect(monthFrom("2026-12")).toBe("2026-12");
  for (const text of ["2026-13", "2026-1", "2026", "", null, "2026-12-01"])
    expect(monthFrom(text)).toBeNull();
});
