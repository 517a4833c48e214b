// What a compliance officer does, from the log-in to the record of it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertNoFaults, launch, logIn, settled, visit } from "./support/browser.mjs";
import { newcomer, officer, origin } from "./support/env.mjs";
import { openWithPurpose, sealedSession } from "./support/places.mjs";
import { framePainted, nextFrame, paint, play, seekTo } from "./support/player.mjs";

async function told(t, options) {
  const browser = await launch();
  t.after(() => browser.close());
  return visit(browser, options);
}

test("a wrong password is refused in words, the right one leads to the sessions", async (t) => {
  const { page, faults } = await told(t);
  await page.goto(origin);
  await page.getByLabel("User name").fill(officer.name);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").textContent(), /not right/);
  await logIn(page);
  await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
  assertNoFaults(faults);
});

test("the list is filtered, the filter stands in the address and survives a reload", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  await page.getByRole("button", { name: "All State" }).click();
  await page.getByRole("option", { name: "Sealed", exact: true }).click();
  await page.waitForURL(/state=sealed/);
  await settled(page);
  for (const row of await page.getByRole("table").getByRole("row").all()) {
    const text = await row.textContent();
    assert.match(text, /Sealed|State/);
  }
  await page.reload();
  await page.getByRole("button", { name: "Sealed State" }).waitFor();
  await page.getByRole("button", { name: "Clear filter" }).click();
  await page.waitForURL((url) => url.search === "");
  assertNoFaults(faults);
});

test("nothing of the content is asked for before the purpose, and every look stands on the access page", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  const session = await sealedSession(page);
  const content = [];
  page.on("request", (request) => {
    if (/\/(description|index|frames)(\/|\?|$)/.test(new URL(request.url()).pathname))
      content.push(request.url());
  });
  await page.goto(`${origin}/sessions/${session}`);
  await page.getByLabel("Purpose").waitFor();
  await settled(page);
  assert.deepEqual(content, []);
  assert.equal(await page.locator("canvas").count(), 0);

  await page.getByRole("button", { name: "Open session" }).click();
  await page.getByText("Say why in at least 3 characters.").waitFor();
  const purpose = `Story ${Date.now()}`;
  await openWithPurpose(page, purpose, "2026-0815");
  await framePainted(page);
  assert.notEqual(content.length, 0);

  const heading = (await page.getByRole("heading", { level: 1 }).textContent()).trim();
  const tab = await page.title();
  assert.match(tab, new RegExp(`^Session …${session.slice(-12)} · Obhut$`), "the tab's title is not content");
  assert.ok(!tab.includes(heading), `${tab} leaves out ${heading}`);

  const first = await paint(page);
  await nextFrame(page);
  await seekTo(page, 0.5);
  assert.notEqual(await paint(page), first, "another frame is painted after a seek");
  await play(page);

  await page.getByRole("link", { name: "All records of this session" }).click();
  await page.getByRole("heading", { level: 1, name: "Access records" }).waitFor();
  await settled(page);
  const rows = page.getByRole("row").filter({ hasText: purpose });
  assert.ok((await rows.filter({ hasText: "Opened" }).count()) === 1, "one opening");
  assert.ok((await rows.filter({ hasText: "Viewed" }).count()) >= 1, "a look at least");

  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save as CSV" }).click();
  const table = await readFile(await (await waiting).path(), "utf8");
  assert.match(table, /^access,/);
  assertNoFaults(faults);
});

test("the language changes at once and stays", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  await page.getByRole("button", { name: `Account of ${officer.name}` }).click();
  await page.getByRole("radio", { name: "Deutsch" }).click();
  await page.getByRole("heading", { level: 1, name: "Sitzungen" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Sitzungen" }).waitFor();
  const kept = await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }));
  assert.deepEqual(kept, ["obhut.settings"], "nothing else is kept in the browser");
  assertNoFaults(faults);
});

test("a login that ended leads to the form, and the form back to where one was", async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/state`);
  await page.getByRole("heading", { level: 1, name: "Archive state" }).waitFor();
  await settled(page);
  await context.clearCookies();
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("Your login has ended.").waitFor();
  await page.getByLabel("User name").fill(officer.name);
  await page.getByLabel("Password").fill(officer.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { level: 1, name: "Archive state" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/state");
  assertNoFaults(faults);
});

test("logging out leaves nothing to see", async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  await page.getByRole("button", { name: `Account of ${officer.name}` }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("You are logged out.").waitFor();
  assert.deepEqual(await context.cookies(), []);
  await page.goto(`${origin}/access`);
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  assertNoFaults(faults);
});

test("a one-time password has to be changed first", {
  skip: newcomer === null && "OBHUT_WEB_FIRST_NAME is not set",
}, async (t) => {
  const { page, faults } = await told(t);
  await page.goto(`${origin}/access`);
  await page.getByLabel("User name").fill(newcomer.name);
  await page.getByLabel("Password").fill(newcomer.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { level: 1, name: "Change password" }).waitFor();
  assert.equal(await page.getByRole("navigation").count(), 0);
  await page.getByLabel("Present password").fill(newcomer.password);
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByLabel("New password again").fill("other");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("The two are not the same.").waitFor();
  await page.getByLabel("New password", { exact: true }).fill(newcomer.next);
  await page.getByLabel("New password again").fill(newcomer.next);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByRole("heading", { level: 1, name: "Access records" }).waitFor();
  assertNoFaults(faults);
});
