// A picture of every page in both languages, both themes, on a phone and on a desktop, for somebody to look at.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { assertNoFaults, DESKTOP, launch, logIn, PHONE, settled, visit } from "./support/browser.mjs";
import { origin, pictures } from "./support/env.mjs";
import { eachPage } from "./support/places.mjs";

const VIEWPORTS = { desktop: DESKTOP, phone: PHONE };

test("every page has its picture taken", {
  skip: pictures === null && "OBHUT_WEB_PICTURES is not set",
}, async (t) => {
  await mkdir(pictures, { recursive: true });
  const browser = await launch();
  t.after(() => browser.close());
  for (const [device, viewport] of Object.entries(VIEWPORTS)) {
    for (const theme of ["light", "dark"]) {
      for (const language of ["en", "de"]) {
        const { context, page, faults } = await visit(browser, { language, theme, viewport });
        const take = (name) =>
          page.screenshot({
            path: join(pictures, `${name}.${device}.${theme}.${language}.png`),
            fullPage: true,
          });
        await page.goto(`${origin}/login`);
        await page.locator("form").waitFor();
        await settled(page);
        await take("login");
        await logIn(page);
        await eachPage(page, take);
        assertNoFaults(faults);
        await context.close();
      }
    }
  }
});
