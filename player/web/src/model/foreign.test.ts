import { expect, test } from "vitest";
import { inOrder, isolated } from "./foreign";

test("what would rearrange the text around it is shown as a mark", () => {
  expect(inOrder("x \u202e=1+1")).toBe("x \ufffd=1+1");
  expect(inOrder("\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u202a")).toBe("\ufffd".repeat(8));
});

test("scripts are left as they are, whichever way they are written", () => {
  for (const text of ["Prüfung", "דוח", "تقرير", "東京 👩‍💻"]) expect(inOrder(text)).toBe(text);
});

test("an isolated text ends where it ends", () => {
  expect(isolated("דוח")).toBe("\u2068דוח\u2069");
});
