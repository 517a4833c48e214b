// What a compliance officer does, from the log-in to the record of it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertNoFaults, launch, logIn, PHONE, settled, visit, watched } from "./support/browser.mjs";
import { damaged, intake, newcomer, officer, origin } from "./support/env.mjs";
import { openSession } from "./support/intake.mjs";
import { openWithPurpose, sealedSession } from "./support/places.mjs";
import { damagedFrame, framePainted, nextFrame, paint, play, seekTo } from "./support/player.mjs";

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
  const badges = page.getByRole("table").locator("tbody tr [data-state]");
  const states = await badges.evaluateAll((found) =>
    found.map((badge) => [badge.dataset.state, badge.textContent]),
  );
  assert.notEqual(states.length, 0, "a session is listed");
  assert.equal(
    states.length,
    await page.getByRole("table").locator("tbody tr").count(),
    "each says its state",
  );
  for (const state of states) assert.deepEqual(state, ["sealed", "Sealed"]);
  await page.reload();
  await page.getByRole("button", { name: "Sealed State" }).waitFor();
  await page.getByRole("button", { name: "Clear filter" }).click();
  await page.waitForURL((url) => url.search === "");
  assertNoFaults(faults);
});

test("a day is typed into the filter, and what is typed is read out", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  const field = page.getByRole("group", { name: "From" });
  await field.getByRole("spinbutton").first().focus();
  await page.keyboard.type("02112020", { delay: 20 });
  await page.waitForURL(/from=2020-11-02/);
  await page.getByRole("spinbutton", { name: /year/ }).first().press("ArrowUp");
  await page.waitForURL(/from=2021-11-02/);
  await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
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

  await page.getByRole("link", { name: "All records of this session" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Access records" }).waitFor();
  const rows = page.getByRole("row").filter({ hasText: purpose });
  await rows.filter({ hasText: "Viewed" }).first().waitFor();
  assert.ok((await rows.filter({ hasText: "Opened" }).count()) === 1, "one opening");
  assert.ok((await rows.filter({ hasText: "Viewed" }).count()) >= 1, "a look at least");

  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save as CSV" }).click();
  const table = await readFile(await (await waiting).path(), "utf8");
  assert.match(table, /^access,/);
  assertNoFaults(faults);
});

test("the filter of the records keeps its focus, and stays unfolded on a phone", async (t) => {
  const { page, faults } = await told(t, { viewport: PHONE });
  await logIn(page);
  await lookedAt(page, await sealedSession(page), `Filtered ${Date.now()}`);
  await page.goto(`${origin}/access`);
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  const who = page.getByLabel("Who", { exact: true });
  await who.fill(officer.name);
  await who.press("Enter");
  await page.waitForURL(/who=/);
  assert.ok(await who.evaluate((field) => field === document.activeElement), "the field keeps the focus");
  assert.equal(await page.getByRole("button", { name: "Filter (1)" }).getAttribute("aria-expanded"), "true");
  await page.getByRole("button", { name: "Clear filter" }).click();
  await page.waitForURL((url) => url.search === "");
  assert.equal(await who.inputValue(), "");
  assertNoFaults(faults);
});

test("views of one opening stand in one row, which unfolds into each record", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  const purpose = `Unfolded ${Date.now()}`;
  await lookedAt(page, await sealedSession(page), purpose);
  await seekTo(page, 0.6);
  await page.getByRole("link", { name: "All records of this session" }).first().click();
  const views = page.getByRole("row").filter({ hasText: purpose }).filter({ hasText: "Viewed" }).first();
  const fold = views.getByRole("button", { expanded: false });
  const records = Number((await fold.textContent()).match(/\d+/)[0]);
  assert.ok(records > 1);
  const rows = await page.getByRole("row").count();
  await fold.click();
  await views.getByRole("button", { expanded: true }).waitFor();
  assert.equal(await page.getByRole("row").count(), rows + records, "each record has a row");
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

test("a login that ended by the clock takes its page away, though nothing is asked", async (t) => {
  const { context, page, faults } = await told(t);
  await page.clock.install();
  await logIn(page);
  await page.goto(`${origin}/state`);
  await page.getByRole("heading", { level: 1, name: "Archive state" }).waitFor();
  await settled(page);
  // Whoever uses it elsewhere keeps it: the server is asked, and knows.
  const asked = page.waitForResponse((response) => response.url().endsWith("/v1/me"));
  await page.clock.fastForward("31:00");
  assert.equal((await asked).status(), 200);
  await page.getByRole("heading", { level: 1, name: "Archive state" }).waitFor();

  await context.clearCookies();
  await page.clock.fastForward("31:00");
  await page.getByText("Your login has ended.").waitFor();

  await logIn(page);
  // After its end nobody is asked.
  await context.setOffline(true);
  await page.clock.fastForward("12:00:01");
  await page.getByText("Your login has ended.").waitFor();
  assertNoFaults(faults);
});

async function logOut(page, name = officer.name) {
  await page.getByRole("button", { name: `Account of ${name}` }).click();
  await page.getByRole("button", { name: "Log out" }).click();
}

/** The session is opened, and its picture, title and looks are on the page. */
async function lookedAt(page, session, purpose) {
  await page.goto(`${origin}/sessions/${session}`);
  await openWithPurpose(page, purpose);
  await framePainted(page);
  await page.getByText(purpose).first().waitFor();
}

async function nothingIsLeft(page, purpose) {
  assert.equal(await page.locator("canvas, figure").count(), 0, "no picture is left");
  assert.equal(await page.getByRole("navigation").count(), 0);
  assert.ok(!(await page.content()).includes(purpose), "nothing of the purpose is left");
}

test("logging out leaves nothing to see", async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  const purpose = `Logged out ${Date.now()}`;
  await lookedAt(page, await sealedSession(page), purpose);
  await logOut(page);
  await page.getByText("You are logged out.").waitFor();
  assert.deepEqual(await context.cookies(), []);
  await nothingIsLeft(page, purpose);
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  await nothingIsLeft(page, purpose);
  assertNoFaults(faults);
});

test("a log-out that the server does not take says so, and is sent again", async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  const purpose = `Lingers ${Date.now()}`;
  await lookedAt(page, await sealedSession(page), purpose);
  await page.route("**/v1/logout", (route) => route.fulfill({ status: 503, body: "" }));
  await logOut(page);
  await page.getByText("The server has not ended your login yet").waitFor();
  assert.equal(await page.getByText("You are logged out.").count(), 0);
  await nothingIsLeft(page, purpose);
  assert.equal((await context.cookies()).length, 1, "the login lives on");
  await page.unroute("**/v1/logout");
  await page.getByRole("button", { name: "Log out again" }).click();
  await page.getByText("You are logged out.").waitFor();
  assert.deepEqual(await context.cookies(), []);
  assertNoFaults(faults);
});

test("what happens to a login on one page of the browser happens on all", async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  const purpose = `Two pages ${Date.now()}`;
  await lookedAt(page, await sealedSession(page), purpose);
  const other = await context.newPage();
  const otherFaults = watched(other);
  await other.goto(`${origin}/state`);
  await other.getByRole("heading", { level: 1, name: "Archive state" }).waitFor();
  await logOut(other);
  await page.getByText("You are logged out.").waitFor();
  await nothingIsLeft(page, purpose);
  await logIn(other);
  // The page is where it was; its openings ended with the login.
  await page.getByLabel("Purpose").waitFor();
  assertNoFaults([...faults, ...otherFaults]);
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

test("whoever logs in next sees nothing of who was there before", {
  skip: newcomer === null && "OBHUT_WEB_FIRST_NAME is not set",
}, async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/sessions?kind=monitoring`);
  await settled(page);
  const session = await sealedSession(page);
  const purpose = `Before the next ${Date.now()}`;
  await lookedAt(page, session, purpose);

  // Somebody else logs in on another page of the browser, in whose place the cookie comes.
  const other = await context.newPage();
  const next = { name: newcomer.name, password: newcomer.next };
  await other.goto(origin);
  await logOut(other);
  await logIn(other, next);
  await page.getByRole("button", { name: `Account of ${next.name}` }).waitFor();
  await page.getByLabel("Purpose").waitFor();
  assert.equal(await page.getByLabel("Purpose").inputValue(), "");
  assert.equal(await page.locator("canvas, figure").count(), 0, "no picture is left");
  assert.equal(await page.getByRole("button", { name: `Account of ${officer.name}` }).count(), 0);
  assert.equal(
    await page.getByRole("link", { name: "Sessions" }).last().getAttribute("href"),
    "/sessions",
    "the way back is not another's filter",
  );

  // A cookie that changed unheard is found when somebody comes back to the page.
  await page.evaluate(async (login) => {
    await fetch("/v1/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(login),
    });
    window.dispatchEvent(new Event("focus"));
  }, officer);
  await page.getByRole("button", { name: `Account of ${officer.name}` }).waitFor();
  assertNoFaults(faults);
});

test("a session that is not there says so, and one that is deleted meanwhile too", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/sessions/00000000-0000-7000-8000-000000000000`);
  await page.getByRole("heading", { level: 1, name: "There is no such session" }).waitFor();
  await page.getByRole("link", { name: "To the sessions" }).click();
  await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();

  // As the server answers once a session is gone.
  const session = await sealedSession(page);
  await page.goto(`${origin}/sessions/${session}`);
  await page.getByLabel("Purpose").waitFor();
  await page.route(`**/v1/sessions/${session}/grants`, (route) =>
    route.fulfill({
      status: 404,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "/problems/not-found", title: "there is no such session", status: 404 }),
    }),
  );
  await page.getByLabel("Purpose").fill("Deleted while it was looked at");
  await page.getByRole("button", { name: "Open session" }).click();
  await page.getByRole("heading", { level: 1, name: "This session is not here any more" }).waitFor();
  assert.equal(await page.getByLabel("Purpose").count(), 0);
  assertNoFaults(faults);
});

test("an open session is followed live, and its end is seen", {
  skip: intake === null && "OBHUT_WEB_INTAKE is not set",
}, async (t) => {
  const agent = await openSession();
  await agent.send();
  await agent.send();
  const { page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/sessions/${agent.session}`);
  await page.locator("[data-state=open]").first().waitFor();
  await openWithPurpose(page, "Following live");
  await framePainted(page);
  const shows = (seq) => page.locator(`figure[data-showing="exact"][data-seq="${seq}"]`).waitFor();
  for (let frames = 0; frames < 2; frames += 1) await shows(await agent.send());
  await agent.seal();
  await page.locator("[data-state=sealed]").first().waitFor();
  await page.getByText("This session has ended while you watched.").waitFor();
  assertNoFaults(faults);
});

test("a damaged frame is shown as damaged", {
  skip: damaged === null && "OBHUT_WEB_DAMAGED is not set",
}, async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/sessions/${damaged.session}`);
  await openWithPurpose(page, "To see what is damaged");
  await damagedFrame(page, damaged.frame);
  await page.getByText("This frame is damaged").first().waitFor();
  assertNoFaults(faults);
});
