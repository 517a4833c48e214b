// Axe finds nothing, on any page, in either language and theme, on a desktop and a phone.
import { test } from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, DESKTOP, launch, logIn, PHONE, settled, visit } from "./support/browser.mjs";
import { damaged, intake, origin } from "./support/env.mjs";
import { openSession } from "./support/intake.mjs";
import { eachPage, letOpeningEnd, openWithPurpose, sealedSession } from "./support/places.mjs";
import { damagedFrame, framePainted } from "./support/player.mjs";

const WAYS = [
  { language: "en", theme: "light", viewport: DESKTOP },
  { language: "de", theme: "dark", viewport: DESKTOP },
  { language: "en", theme: "dark", viewport: PHONE },
  { language: "de", theme: "light", viewport: PHONE },
];

for (const way of WAYS) {
  const name = `${way.language}, ${way.theme}, ${way.viewport.width} pixels wide`;
  test(`axe finds nothing: ${name}`, async (t) => {
    const browser = await launch();
    t.after(() => browser.close());
    const { context, page, faults } = await visit(browser, way);
    await page.goto(`${origin}/login`);
    await page.locator("form").waitFor();
    await settled(page);
    await assertAccessible(page, `login (${name})`);
    await page.locator('button[type="submit"]').click();
    await assertAccessible(page, `login with what is missing (${name})`);
    await logIn(page);
    await eachPage(page, (place, { over }) =>
      assertAccessible(page, `${place} (${name})`, { practice: !over }),
    );

    await page.goto(`${origin}/access`);
    await settled(page);
    if (way.viewport === PHONE) await page.locator("search button[aria-expanded]").first().click();
    await page.locator("search button[aria-haspopup=listbox]").first().click();
    await page.getByRole("listbox").waitFor();
    await assertAccessible(page, `a list to choose from (${name})`, { practice: false });
    await page.keyboard.press("Escape");
    await page.locator("search button[aria-haspopup=dialog]").first().click();
    await page.getByRole("dialog").waitFor();
    await assertAccessible(page, `a calendar (${name})`, { practice: false });
    await page.keyboard.press("Escape");

    const opened = `${origin}/sessions/${await sealedSession(page)}`;
    await page.clock.install();
    await page.goto(opened);
    await framePainted(page);
    await page.locator("fieldset button").last().click();
    await page.getByRole("dialog").waitFor();
    await assertAccessible(page, `the sheet of keys (${name})`, { practice: false });
    await page.keyboard.press("Escape");
    await letOpeningEnd(page);
    await assertAccessible(page, `an opening that ended (${name})`);
    await context.clearCookies();
    await page.clock.fastForward("31:00");
    await page.locator('input[name="password"]').waitFor();
    await assertAccessible(page, `a login that ended (${name})`);
    assertNoFaults(faults);
  });
}

test("axe finds nothing on a damaged frame", {
  skip: damaged === null && "OBHUT_WEB_DAMAGED is not set",
}, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { page, faults } = await visit(browser);
  await logIn(page);
  await page.goto(`${origin}/sessions/${damaged.session}`);
  await openWithPurpose(page);
  await damagedFrame(page, damaged.frame);
  await assertAccessible(page, "a damaged frame");
  assertNoFaults(faults);
});

test("axe finds nothing on a session that is followed live, nor on one that was sealed meanwhile", {
  skip: intake === null && "OBHUT_WEB_INTAKE is not set",
}, async (t) => {
  const agent = await openSession();
  await agent.send();
  const browser = await launch();
  t.after(() => browser.close());
  const { page, faults } = await visit(browser);
  await logIn(page);
  await page.goto(`${origin}/sessions/${agent.session}`);
  await openWithPurpose(page);
  await framePainted(page);
  await assertAccessible(page, "a session that is followed live");
  await agent.seal();
  await page.locator("[data-state=sealed]").first().waitFor();
  await assertAccessible(page, "a session that was sealed meanwhile");
  assertNoFaults(faults);
});
