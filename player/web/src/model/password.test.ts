import { expect, test } from "vitest";
import { faultsOf, isFaultless } from "./password";

test("a new password is long enough, new, and typed twice", () => {
  expect(isFaultless(faultsOf("old", "twelve chars", "twelve chars"))).toBe(true);
  expect(faultsOf("", "eleven char", "other")).toEqual({ old: "missing", next: "short", again: "differs" });
  expect(faultsOf("twelve chars", "twelve chars", "twelve chars").next).toBe("same");
});
