// Axe finds nothing, on any page, in either language and theme, on a desktop and a phone.
import { test } from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, DESKTOP, launch, logIn, PHONE, settled, visit } from "./support/browser.mjs";
import { origin } from "./support/env.mjs";
import { eachPage } from "./support/places.mjs";

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
    const { page, faults } = await visit(browser, way);
    await page.goto(`${origin}/login`);
    await page.locator("form").waitFor();
    await settled(page);
    await assertAccessible(page, `login (${name})`);
    await page.locator('button[type="submit"]').click();
    await assertAccessible(page, `login with what is missing (${name})`);
    await logIn(page);
    await eachPage(page, (place) => assertAccessible(page, `${place} (${name})`));

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
    assertNoFaults(faults);
  });
}
