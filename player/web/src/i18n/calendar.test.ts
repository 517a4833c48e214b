import { expect, test } from "vitest";
import { calendarFormatOf } from "./calendar";
import { formatOf } from "./format";

test("days and months are named in full", () => {
  const [en, de] = [calendarFormatOf("en"), calendarFormatOf("de")];
  expect(en.fullDay("2026-12-01")).toBe("Tuesday, 1 December 2026");
  expect(de.fullDay("2026-12-01")).toBe("Dienstag, 1. Dezember 2026");
  expect(de.month("2026-12")).toBe("Dezember 2026");
  expect(en.weekdays.map(({ short }) => short)).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
  expect(de.weekdays[0]?.long).toBe("Montag");
  expect(de.dayAndMonth("2026-12-01")).toBe("1. Dezember");
});

test("a certificate's instants are in UTC, wherever they are read", () => {
  expect(formatOf("en").utc("2026-11-23T23:27:09.841387Z")).toBe("23 Nov 2026, 23:27:09");
  expect(formatOf("de").utcDay("2026-11-23T23:27:09.841387Z")).toBe("23. November 2026");
});
