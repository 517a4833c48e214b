import { expect, test } from "vitest";
import { rememberList, wayBack } from "./wayBack";

test("the way back leads to the list as it was left", () => {
  expect(wayBack("anna")).toBe("/sessions");
  rememberList("anna", "state=sealed");
  expect(wayBack("anna")).toBe("/sessions?state=sealed");
  rememberList("anna", "");
  expect(wayBack("anna")).toBe("/sessions");
});

test("one's filter is not another's", () => {
  rememberList("anna", "tenant=t");
  expect(wayBack("bert")).toBe("/sessions");
});
