// The same story without a mouse: whatever is reached is reached by keys, and shows that it has the focus.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNoFaults, launch, logIn, settled, visit } from "./support/browser.mjs";
import { officer, origin } from "./support/env.mjs";
import { dueDay, sealedSession } from "./support/places.mjs";
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

test("a day of the calendar is found and a hold is placed by keyboard alone", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { page, faults } = await visit(browser);
  const keys = page.keyboard;
  await logIn(page);
  const session = await sealedSession(page);
  const due = await dueDay(page, session);

  await page.goto(`${origin}/custody/deletions`);
  const grid = page.getByRole("grid");
  await grid.waitFor();
  await tabTo(page, grid.locator("button"));
  const focused = () => page.evaluate(() => document.activeElement.dataset.day ?? null);
  const today = await focused();
  await keys.press("ArrowRight");
  await keys.press("ArrowLeft");
  await keys.press("ArrowDown");
  await keys.press("ArrowUp");
  assert.equal(await focused(), today, "there and back");

  // Month by month, then day by day.
  for (let month = today.slice(0, 7); month < due.slice(0, 7); ) {
    await keys.press("PageDown");
    await page.waitForFunction((before) => document.activeElement.dataset.day > before, `${month}-99`);
    month = (await focused()).slice(0, 7);
  }
  while ((await focused()) !== due) {
    const before = await focused();
    await keys.press(before < due ? "ArrowRight" : "ArrowLeft");
    await page.waitForFunction((day) => document.activeElement.dataset.day !== day, before);
  }
  const name = () => page.evaluate(() => document.activeElement.textContent);
  await page.waitForFunction(() => /session/.test(document.activeElement.textContent));
  assert.match(await name(), /^[A-Z][a-z]+day, \d+ [A-Z][a-z]+ \d{4}: [\d,]+ sessions?/);
  await keys.press("Enter");
  await page.waitForFunction(() => document.activeElement.tagName === "H2");
  await tabTo(page, page.locator(`a[href="/sessions/${session}"]`));
  await keys.press("Enter");
  await page.getByRole("region", { name: "Custody" }).waitFor();

  const place = page.getByRole("button", { name: "Place a hold" });
  await tabTo(page, place);
  await keys.press("Enter");
  await page.getByRole("dialog").waitFor();
  await keys.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.ok(await place.evaluate((button) => button === document.activeElement), "the focus is back");
  await keys.press("Enter");
  const reason = `By keyboard ${Date.now()}`;
  await tabTo(page, page.getByRole("dialog").getByLabel("Reason"));
  await keys.type(reason);
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Place a hold" }));
  await keys.press("Enter");
  await page.getByText("The session is held.").waitFor();
  await page.getByRole("region", { name: "Custody" }).getByText(reason).waitFor();
  assertNoFaults(faults);
});
