// A browser that remembers whatever should not have happened: errors, refused content, requests to anyone else.
import assert from "node:assert/strict";
import { chromium as engine } from "playwright-core";
import { chromium, officer, origin } from "./env.mjs";

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export async function launch() {
  return engine.launch({ executablePath: chromium, args: ["--no-sandbox", "--force-color-profile=srgb"] });
}

/** A page in a context of its own. `settings` stand in the browser as the page itself would have kept them. */
export async function visit(
  browser,
  { language = "en", theme = "system", viewport = DESKTOP, scheme = "light" } = {},
) {
  const context = await browser.newContext({
    viewport,
    colorScheme: scheme,
    locale: language === "de" ? "de-DE" : "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  await context.addInitScript(
    (settings) => {
      // A page in a sandbox, such as a printable certificate, keeps nothing.
      if (window.origin === "null") return;
      if (localStorage.getItem("obhut.settings") === null) {
        localStorage.setItem("obhut.settings", JSON.stringify(settings));
      }
    },
    { language, theme },
  );
  const page = await context.newPage();
  return { context, page, faults: watched(page) };
}

/** What should not happen on a page, as it happens. */
export function watched(page) {
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is the server's answer, which the page shows; the browser logs it all the same.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      faults.push(`console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`)) faults.push(`request to ${url}`);
  });
  return faults;
}

export function assertNoFaults(faults) {
  assert.deepEqual(faults, []);
}

/** Logs in through the form. */
export async function logIn(page, { name, password } = officer, path = "/") {
  await page.goto(origin + path);
  await page.locator('input[name="name"]').fill(name);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('button[type="submit"]').click();
  await page.locator("header nav").waitFor();
}

/** Nothing is on its way any more. */
export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready);
}
