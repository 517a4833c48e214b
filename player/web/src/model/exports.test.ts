import { expect, test } from "vitest";
import { exportRequestOf } from "./exports";

test("damage is accepted only where it is said so, and no case is sent where there is none", () => {
  expect(exportRequestOf(" Court order ", " ", false)).toEqual({ purpose: "Court order" });
  expect(exportRequestOf("Court order", "3 O 114/26", true)).toEqual({
    purpose: "Court order",
    case: "3 O 114/26",
    damaged: true,
  });
});
