// Custody: what is kept, held, deleted and exported, as officers, an auditor and an administrator see it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { assertNoFaults, launch, logIn, PHONE, settled, visit, watched } from "./support/browser.mjs";
import { custody, damaged, deleted, officer, origin } from "./support/env.mjs";
import { dueDay, openWithPurpose, sealedSession } from "./support/places.mjs";
import { framePainted } from "./support/player.mjs";

const run = promisify(execFile);
const skip = custody === null && "OBHUT_WEB_SECOND_NAME is not set";
const skipDeleted = deleted === null && "OBHUT_WEB_DELETED is not set";

async function told(t, options) {
  const browser = await launch();
  t.after(() => browser.close());
  return { browser, ...(await visit(browser, options)) };
}

/** Somebody else, in a browser of their own. */
async function joined(browser, login) {
  const { page, faults } = await visit(browser);
  await logIn(page, login);
  return { page, faults };
}

/** The row of what stands under this reason or purpose. */
const rowOf = (page, text) => page.getByRole("row").filter({ hasText: text });

async function placeHold(page, session, reason) {
  await page.goto(`${origin}/sessions/${session}`);
  await page.getByRole("button", { name: "Place a hold" }).click();
  const dialog = page.getByRole("dialog", { name: "Place a hold" });
  await dialog.getByLabel("Reason").fill(reason);
  return dialog;
}

async function askForExport(page, session, purpose) {
  await page.goto(`${origin}/sessions/${session}`);
  await page.getByRole("button", { name: "Export…" }).click();
  const dialog = page.getByRole("dialog", { name: "Export the session" });
  await dialog.getByLabel("Purpose").fill(purpose);
  await dialog.getByRole("button", { name: "Ask for the export" }).click();
  await dialog.waitFor({ state: "detached" });
}

test("a session is held from its page, and stands among the holds with reason, owner and review day", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  const session = await sealedSession(page);
  const reason = `Claim ${Date.now()}`;
  const dialog = await placeHold(page, session, "no");
  await dialog.getByRole("button", { name: "Place a hold" }).click();
  await dialog.getByText("Say why in at least 3 characters.").waitFor();
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByLabel("Responsible").fill("Legal department");
  await dialog.getByRole("spinbutton").first().focus();
  await page.keyboard.type("15012031", { delay: 20 });
  await dialog.getByRole("button", { name: "Place a hold" }).click();
  const outcome = page.getByText("The session is held.");
  await outcome.waitFor();
  assert.ok(
    await outcome.evaluate((text) => document.activeElement.contains(text)),
    "what became of it has the focus",
  );
  const card = page.getByRole("region", { name: "Custody" });
  await card.getByText(reason).waitFor();
  await card.getByText("stopped by a hold").waitFor();

  await page.getByRole("link", { name: "Custody" }).click();
  await page.getByRole("heading", { level: 1, name: "Deletions" }).waitFor();
  await page.getByRole("link", { name: "Holds" }).click();
  const row = rowOf(page, reason);
  await row.waitFor();
  const said = await row.textContent();
  for (const part of [
    `…${session.slice(-12)}`,
    officer.name,
    "Legal department",
    "15 Jan 2031",
    "In force",
  ]) {
    assert.ok(said.includes(part), `${said} says ${part}`);
  }
  await page.goto(`${origin}/sessions?held=yes`);
  await page.getByRole("table").locator(`a[href="/sessions/${session}"]`).waitFor();
  assertNoFaults(faults);
});

test("a release says what follows, is put on record with its reason, and stands among the released", {
  skip,
}, async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/custody/holds?session=${custody.held}`);
  await page.getByRole("button", { name: `Release: Session ${custody.held}` }).click();
  const dialog = page.getByRole("dialog", { name: "Release the hold" });
  await dialog.getByText(/deadline passed on .* It will be deleted with the next run/).waitFor();
  const reason = `Settled ${Date.now()}`;
  await dialog.getByRole("button", { name: "Release the hold" }).click();
  await dialog.getByText("Say why in at least 3 characters.").waitFor();
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: "Release the hold" }).click();
  await page.getByText("The hold is released.").waitFor();
  await page.getByText("No hold fits this filter.").waitFor();
  await page.getByRole("button", { name: "In force State" }).click();
  await page.getByRole("option", { name: "Released" }).click();
  await rowOf(page, reason).waitFor();
  assertNoFaults(faults);
});

test("who releases a hold that somebody else released meanwhile is told so, and sees the list as it is", {
  skip,
}, async (t) => {
  const { browser, page, faults } = await told(t);
  await logIn(page);
  const session = await sealedSession(page);
  const reason = `Meanwhile ${Date.now()}`;
  const placing = await placeHold(page, session, reason);
  await placing.getByRole("button", { name: "Place a hold" }).click();
  await page.getByText("The session is held.").waitFor();

  const other = await joined(browser, custody.second);
  const openRelease = async (who) => {
    await who.goto(`${origin}/custody/holds`);
    await rowOf(who, reason)
      .getByRole("button", { name: /^Release/ })
      .click();
    await who.getByRole("dialog").getByLabel("Reason").fill("Not needed any more");
    return who.getByRole("dialog").getByRole("button", { name: "Release the hold" });
  };
  const [mine, theirs] = [await openRelease(page), await openRelease(other.page)];
  await theirs.click();
  await other.page.getByText("The hold is released.").waitFor();
  await mine.click();
  await page.getByText("Somebody else released this hold meanwhile.").waitFor();
  await rowOf(page, reason).waitFor({ state: "detached" });
  assertNoFaults(faults);
  assertNoFaults(other.faults);
});

test("a day of the calendar names its sessions, and the address shows them again", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  const session = await sealedSession(page);
  const due = await dueDay(page, session);
  await page.goto(`${origin}/custody/deletions?month=${due.slice(0, 7)}`);
  const day = page.getByRole("grid").locator(`[data-day="${due}"]`);
  assert.match(await day.textContent(), /^[A-Z][a-z]+day, .* 20\d\d: [\d,]+ sessions?/);
  await day.click();
  const list = page.getByRole("region", { name: /^Due on / });
  await list.locator(`a[href="/sessions/${session}"]`).waitFor();
  assert.equal(
    await page.evaluate(() => document.activeElement.tagName),
    "H2",
    "the list's heading has the focus",
  );
  await page.reload();
  await list.locator(`a[href="/sessions/${session}"]`).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname, `/sessions/${session}`);
  assertNoFaults(faults);
});

test("on a phone the month is a list of the days on which something goes", async (t) => {
  const { page, faults } = await told(t, { viewport: PHONE });
  await logIn(page);
  const session = await sealedSession(page);
  const due = await dueDay(page, session);
  await page.goto(`${origin}/custody/deletions?month=${due.slice(0, 7)}`);
  await page.getByText(/reach(es)? (its|their) deadlines? in this month/).waitFor();
  assert.equal(await page.getByRole("grid").count(), 0);
  await page
    .getByRole("listitem")
    .getByRole("button", { name: new RegExp(`${Number(due.slice(8))}.*session`) })
    .first()
    .click();
  await page.locator(`a[href="/sessions/${session}"]`).waitFor();
  assert.ok(
    await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
    "nothing stands beside the page",
  );
  assertNoFaults(faults);
});

test("an export is asked for with the opening's purpose, downloaded, unpacked, and played from the disk", async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  const session = await sealedSession(page);
  const purpose = `Evidence ${Date.now()}`;
  await page.goto(`${origin}/sessions/${session}`);
  await openWithPurpose(page, purpose, "7 O 12/26");
  await framePainted(page);
  await page.getByRole("button", { name: "Export…" }).click();
  const dialog = page.getByRole("dialog", { name: "Export the session" });
  assert.equal(await dialog.getByLabel("Purpose").inputValue(), purpose);
  assert.equal(await dialog.getByLabel("Case").inputValue(), "7 O 12/26");
  await dialog.getByRole("button", { name: "Ask for the export" }).click();
  await page.getByText("The export is ready to be downloaded.").waitFor();

  const waiting = page.waitForEvent("download");
  await page
    .getByRole("link", { name: `Download: Session ${session}` })
    .first()
    .click();
  const download = await waiting;
  assert.match(download.suggestedFilename(), /\.zip$/);
  const folder = await mkdtemp(join(tmpdir(), "obhut-bundle-"));
  t.after(() => rm(folder, { recursive: true }));
  const zip = join(folder, "bundle.zip");
  await download.saveAs(zip);
  await run("unzip", ["-q", zip, "-d", folder]);
  const top = (await readdir(folder)).find((name) => name !== "bundle.zip");
  assert.ok(download.suggestedFilename().startsWith(top), "the file is named as its top folder");
  assert.ok((await readFile(join(folder, top, "VERIFY.txt"), "utf8")).length > 0);

  // From here on the server has no part in it.
  await context.setOffline(true);
  const disk = await context.newPage();
  const beside = [];
  disk.on("pageerror", (error) => beside.push(error.message));
  disk.on("request", (request) => {
    if (!request.url().startsWith("file:")) beside.push(request.url());
  });
  await disk.goto(`${pathToFileURL(join(folder, top, "play.html")).href}#en`);
  await disk.waitForFunction(() => document.querySelector("#frame")?.naturalWidth > 0);
  assert.match(await disk.locator("#caption").textContent(), /^Frame \d+ · 1 of \d+/);
  await disk.locator("#forward").click();
  await disk.waitForFunction(() => /· 2 of /.test(document.querySelector("#caption").textContent));
  await disk.goto(pathToFileURL(join(folder, top, "report.html")).href);
  assert.ok((await disk.textContent("body")).includes(session), "the report names the session");
  assert.deepEqual(beside, []);

  await context.setOffline(false);
  await page.goto(`${origin}/custody/exports?session=${session}`);
  const row = rowOf(page, purpose);
  await row.getByText("1 bundle written").waitFor();
  await row.getByText("Approved").waitFor();
  assertNoFaults(faults);
});

test("where the tenant asks for it, another officer decides; nobody about their own request", {
  skip,
}, async (t) => {
  const { browser, page, faults } = await told(t);
  await logIn(page);
  const purpose = `Approved by another ${Date.now()}`;
  await askForExport(page, custody.strict, purpose);
  await page.getByText("Another officer has to approve it").waitFor();
  await page.goto(`${origin}/custody/exports`);
  const mine = rowOf(page, purpose);
  await mine.getByText("You asked for it, so someone else has to decide.").waitFor();
  assert.equal(await mine.getByRole("button").count(), 0);
  assert.equal(await mine.getByRole("link", { name: /^Download/ }).count(), 0);

  const other = await joined(browser, custody.second);
  await other.page.goto(`${origin}/custody/exports?state=asked`);
  await rowOf(other.page, purpose)
    .getByRole("button", { name: /^Decide/ })
    .click();
  const dialog = other.page.getByRole("dialog", { name: "Decide about the export" });
  await dialog.getByText(purpose).waitFor();
  await dialog.getByRole("button", { name: "Refuse" }).click();
  await dialog.getByText("Say why you refuse, in at least 3 characters.").waitFor();
  await dialog.getByLabel("Reason").fill("Covered by the court's order");
  await dialog.getByRole("button", { name: "Approve" }).click();
  await other.page.getByText("The export is approved.").waitFor();

  await page.getByRole("button", { name: "Refresh" }).click();
  await mine.getByText("Covered by the court's order").waitFor();
  const waiting = page.waitForEvent("download");
  await mine.getByRole("link", { name: /^Download/ }).click();
  assert.equal(await (await waiting).failure(), null);
  assertNoFaults(faults);
  assertNoFaults(other.faults);
});

test("a damaged session is exported only where that is asked for, and marked", {
  skip: damaged === null && "OBHUT_WEB_DAMAGED is not set",
}, async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/sessions/${damaged.session}`);
  await page.getByRole("button", { name: "Export…" }).click();
  const dialog = page.getByRole("dialog", { name: "Export the session" });
  const purpose = `Damaged ${Date.now()}`;
  await dialog.getByLabel("Purpose").fill(purpose);
  await dialog.getByRole("button", { name: "Ask for the export" }).click();
  await dialog.getByText("The session is damaged").waitFor();
  await dialog.getByRole("button", { name: "Ask for the export" }).click();
  await dialog.getByText("Export it without what is damaged").click();
  await dialog.getByRole("button", { name: "Ask for the export" }).click();
  await page.getByText("The export is ready to be downloaded.").waitFor();
  await page.goto(`${origin}/custody/exports?session=${damaged.session}`);
  await rowOf(page, purpose).getByText("Damaged", { exact: true }).waitFor();
  assertNoFaults(faults);
});

test("a session that was deleted leads to its certificate, which says everything and prints", {
  skip: skipDeleted,
}, async (t) => {
  const { context, page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/sessions/${deleted}`);
  await page.getByRole("heading", { level: 1, name: "This session was deleted" }).waitFor();
  await page.getByRole("link", { name: "To its certificate" }).click();
  await page.getByRole("heading", { level: 1, name: "Certificate of disposal" }).waitFor();
  const sheet = page.getByRole("article");
  await sheet.getByText("The signature is valid").waitFor();

  const { facts, signed } = await page.evaluate(
    async (session) => (await fetch(`/v1/certificates/${session}`)).json(),
    deleted,
  );
  const said = await sheet.textContent();
  const numbers = [facts.intent.n, facts.tombstone.n].map((n) => `leaf ${n.toLocaleString("en-GB")}`);
  const rule = "The period of its retention class was over, and no hold kept it.";
  for (const part of [facts.session, facts.tenant, facts.class.name, rule, signed, ...numbers]) {
    assert.ok(said.includes(part), `the certificate says ${part}`);
  }
  const instants = await sheet.locator("time").evaluateAll((all) => all.map((one) => one.dateTime));
  const happened = [
    facts.intent.at,
    facts.key_destroyed_at,
    facts.objects_gone_at,
    facts.tombstone.at,
    facts.intake_gone_at,
    facts.at,
  ];
  assert.deepEqual(instants, happened.sort());

  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the signed line" }).click();
  const download = await waiting;
  assert.equal(download.suggestedFilename(), `disposal-${deleted}.json`);
  assert.equal(await readFile(await download.path(), "utf8"), `${signed}\n`);

  const opening = context.waitForEvent("page");
  await page.getByRole("link", { name: "Printable page of the server" }).click();
  const printable = await opening;
  const besides = watched(printable);
  await printable.waitForLoadState();
  assert.ok((await printable.textContent("body")).includes(deleted));
  assertNoFaults(besides);

  await page.emulateMedia({ media: "print" });
  for (const left of [page.getByRole("banner"), page.getByRole("contentinfo"), page.getByRole("button")]) {
    assert.equal(
      await left.filter({ visible: true }).count(),
      0,
      "nothing stands on paper but the certificate",
    );
  }
  assert.ok(await sheet.isVisible());
  assert.equal(
    await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    "rgb(255, 255, 255)",
  );
  assertNoFaults(faults);
});

test("a session that is gone can't be held any more, and the answer leads to its certificate", {
  skip: skipDeleted,
}, async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  await page.goto(`${origin}/custody/holds`);
  await page.getByRole("button", { name: "Place a hold" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Session").fill("00000000-0000-7000-8000-000000000000");
  await dialog.getByLabel("Reason").fill("Too late");
  await dialog.getByRole("button", { name: "Place a hold" }).click();
  await dialog.getByText("There is no session with this id").waitFor();
  await dialog.getByLabel("Session").fill(deleted);
  await dialog.getByRole("button", { name: "Place a hold" }).click();
  await page.getByText("Too late: the session was deleted.").waitFor();
  await page.getByRole("link", { name: "To its certificate" }).click();
  await page.getByRole("heading", { level: 1, name: "Certificate of disposal" }).waitFor();
  assertNoFaults(faults);
});

test("an auditor sees all of Custody and can change none of it", { skip }, async (t) => {
  const { browser } = await told(t);
  const { page, faults } = await joined(browser, custody.auditor);
  await page.goto(`${origin}/custody/holds?state=all`);
  await page.getByRole("heading", { level: 1, name: "Holds" }).waitFor();
  await page.getByRole("table").waitFor();
  assert.equal(await page.getByRole("button", { name: /Place a hold|^Release:/ }).count(), 0);
  await page.goto(`${origin}/custody/exports`);
  await page.getByRole("heading", { level: 1, name: "Exports" }).waitFor();
  await settled(page);
  assert.equal(await page.getByRole("button", { name: /^Decide/ }).count(), 0);
  await page.goto(`${origin}/sessions/${await sealedSession(page)}`);
  await page.getByRole("region", { name: "Custody" }).waitFor();
  await settled(page);
  assert.equal(await page.getByRole("button", { name: /Place a hold|Export…/ }).count(), 0);
  assertNoFaults(faults);
});

test("an administrator sees how many deletions are overdue, and nothing else of Custody", {
  skip,
}, async (t) => {
  const { browser } = await told(t);
  const { page, faults } = await joined(browser, custody.administrator);
  await page.goto(`${origin}/state`);
  const card = page.getByRole("region", { name: "Deletion" });
  await card.getByText("Under way").waitFor();
  assert.equal(await page.getByRole("link", { name: /Custody|To the deletions/ }).count(), 0);
  await page.goto(`${origin}/custody/holds`);
  await page.getByText("Custody is for compliance officers and auditors").waitFor();
  await page.goto(`${origin}/sessions/${await sealedSession(page)}`);
  await page.getByRole("region", { name: "Details" }).waitFor();
  assert.equal(await page.getByRole("region", { name: "Custody" }).count(), 0);
  assertNoFaults(faults);
});

test("a list that can't be had says so, and comes with another try", async (t) => {
  const { page, faults } = await told(t);
  await logIn(page);
  for (const [path, list] of [
    ["/custody/deletions", "**/v1/deletions?*"],
    ["/custody/holds", "**/v1/holds?*"],
    ["/custody/certificates", /\/v1\/certificates(\?|$)/],
    ["/custody/exports", /\/v1\/exports(\?|$)/],
  ]) {
    await page.route(list, (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({ type: "/problems/unavailable", title: "unavailable", status: 503 }),
      }),
    );
    await page.goto(origin + path);
    await page.getByRole("alert").getByText("The archive can't answer at present.").waitFor();
    await page.unroute(list);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
  }
  assertNoFaults(faults);
});
