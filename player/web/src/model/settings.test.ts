import { expect, test } from "vitest";
import { languageOf, settingsFrom } from "./settings";

test("the browser's first language that the page speaks is taken", () => {
  expect(languageOf(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(languageOf(["en-US", "de"])).toBe("en");
  expect(languageOf([])).toBe("en");
});

test("what was kept wins over what the browser prefers", () => {
  expect(settingsFrom('{"language":"en","theme":"dark"}', ["de"])).toEqual({ language: "en", theme: "dark" });
});

test("whatever is not understood is as if it had never been kept", () => {
  for (const kept of [null, "", "no JSON", "[]", "null", '{"language":"xx","theme":7}']) {
    expect(settingsFrom(kept, ["de"])).toEqual({ language: "de", theme: "system" });
  }
});
