// The pages, and how to come to them.

import { settled } from "./browser.mjs";
import { origin } from "./env.mjs";

/** The first sealed session's address, asked of the server with the page's own login. */
export async function sealedSession(page) {
  const list = await page.evaluate(async () => (await fetch("/v1/sessions?state=sealed&limit=1")).json());
  const session = list.sessions[0]?.session;
  if (!session) throw new Error("the archive has no sealed session");
  return session;
}

/** Opens the session with a purpose through the form. */
export async function openWithPurpose(page, purpose = "Review after a complaint", matter = "2026-0815") {
  await page.locator('textarea[name="purpose"]').fill(purpose);
  await page.locator('input[name="case"]').fill(matter);
  await page.locator('form button[type="submit"]').click();
  await page.locator('textarea[name="purpose"]').waitFor({ state: "detached" });
  await settled(page);
}

/** Every page that a login has, by name; `session` before and `opened` after it is opened. */
export async function eachPage(page, visitPage) {
  const session = await sealedSession(page);
  const at = async (name, path, prepare) => {
    await page.goto(origin + path);
    await page.locator("h1").waitFor();
    await settled(page);
    if (prepare) await prepare();
    await visitPage(name);
  };
  await at("sessions", "/sessions");
  await at("sessions-filtered", "/sessions?kind=monitoring&held=no&order=deadline");
  await at("session", `/sessions/${session}`);
  await at("opened", `/sessions/${session}`, () => openWithPurpose(page));
  await at("access", "/access");
  await at("state", "/state");
  await at("password", "/password");
  await at("session-missing", "/sessions/00000000-0000-7000-8000-000000000000");
  await at("not-found", "/somewhere");
  await at("account", "/sessions", async () => {
    await page.locator("header button[popovertarget]").click();
    await page.locator("header [popover]").waitFor();
  });
}
