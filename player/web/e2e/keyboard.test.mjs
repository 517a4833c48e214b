// The same story without a mouse: whatever is reached is reached by keys, and shows that it has the focus.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNoFaults, launch, settled, visit } from "./support/browser.mjs";
import { officer, origin } from "./support/env.mjs";
import { sealedSession } from "./support/places.mjs";
import { framePainted, otherFrame, paint } from "./support/player.mjs";

const STOPS_AT_MOST = 120;

/** Tabs on until the focus is on what `wanted` finds, and looks whether one can see it there. */
async function tabTo(page, wanted, key = "Tab") {
  for (let stop = 0; stop < STOPS_AT_MOST; stop += 1) {
    if (await wanted.evaluateAll((found) => found.includes(document.activeElement))) {
      assert.ok(await page.evaluate(focusShows), `one sees that ${wanted} has the focus`);
      return;
    }
    await page.keyboard.press(key);
  }
  assert.fail(`${wanted} is not reached by ${key}`);
}

/** Whether the element with the focus, what it draws, or the field around it has an outline. */
function focusShows() {
  const outlined = (style) => style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
  const here = document.activeElement;
  if (outlined(getComputedStyle(here)) || outlined(getComputedStyle(here, "::after"))) return true;
  const field = here.closest("[data-focus-within], [data-focused], label");
  if (!field) return false;
  return [field, ...field.querySelectorAll("*")].some((part) => outlined(getComputedStyle(part)));
}

test("log in, filter, open, step, read the records and log out by keyboard alone", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { page, faults } = await visit(browser);
  const keys = page.keyboard;

  await page.goto(origin);
  await page.getByLabel("User name").waitFor();
  await tabTo(page, page.getByLabel("User name"));
  await keys.type(officer.name);
  await tabTo(page, page.getByLabel("Password"));
  await keys.type(officer.password);
  await keys.press("Enter");

  await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
  await settled(page);

  await tabTo(page, page.getByRole("button", { name: "All State" }));
  await keys.press("Enter");
  await page.getByRole("listbox").waitFor();
  await keys.type("Sealed");
  await keys.press("Enter");
  await page.waitForURL(/state=sealed/);
  await settled(page);

  const session = await sealedSession(page);
  await tabTo(page, page.getByRole("table").locator(`a[href="/sessions/${session}"]`));
  await keys.press("Enter");
  await page.getByLabel("Purpose").waitFor();
  assert.equal(
    await page.evaluate(() => document.activeElement?.tagName),
    "H1",
    "the new page's heading has the focus",
  );

  const purpose = `By keyboard ${Date.now()}`;
  await tabTo(page, page.getByLabel("Purpose"));
  await keys.type(purpose);
  await tabTo(page, page.getByLabel("Case"));
  await keys.type("K-1");
  await tabTo(page, page.getByRole("button", { name: "Open session" }));
  await keys.press("Enter");
  await framePainted(page);

  await tabTo(page, page.getByRole("slider", { name: "Position in the session" }));
  const first = await paint(page);
  await keys.press("ArrowRight");
  await otherFrame(page, first);

  await tabTo(page, page.getByRole("link", { name: "All records of this session" }).first());
  await keys.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Access records" }).waitFor();
  await page.getByRole("row").filter({ hasText: purpose }).filter({ hasText: "Opened" }).waitFor();

  await page.goto(`${origin}/access`);
  await page.getByRole("heading", { level: 1, name: "Access records" }).waitFor();
  await tabTo(page, page.getByRole("link", { name: "Skip to content" }));
  await keys.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
  await tabTo(page, page.getByRole("button", { name: `Account of ${officer.name}` }), "Shift+Tab");
  await keys.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Log out" }));
  await keys.press("Enter");
  await page.getByText("You are logged out.").waitFor();
  assertNoFaults(faults);
});
