// The pages, and how to come to them.

import { settled } from "./browser.mjs";
import { damaged, deleted, origin } from "./env.mjs";
import { framePainted } from "./player.mjs";

/** The longest sealed session, asked of the server with the page's own login. What is known to be damaged is left out. */
export async function sealedSession(page) {
  const { sessions } = await page.evaluate(async () =>
    (await fetch("/v1/sessions?state=sealed&limit=200")).json(),
  );
  const whole = sessions.filter(({ session }) => session !== damaged?.session);
  const [longest] = whole.sort((a, b) => b.frames - a.frames);
  if (!longest) throw new Error("the archive has no sealed session");
  return longest.session;
}

/** Opens the session with a purpose through the form. */
export async function openWithPurpose(page, purpose = "Review after a complaint", matter = "2026-0815") {
  await page.locator('textarea[name="purpose"]').fill(purpose);
  await page.locator('input[name="case"]').fill(matter);
  await page.locator('form button[type="submit"]').click();
  await page.locator('textarea[name="purpose"]').waitFor({ state: "detached" });
  await settled(page);
}

/** Lets more time pass for the page than its openings last, and waits for the form that opens anew. */
export async function letOpeningEnd(page) {
  await page.clock.fastForward("01:01:00");
  await page.locator('textarea[name="purpose"]').waitFor();
  await settled(page);
}

/** The month and the day on which the session reaches its deadline, where the browser is. */
export async function dueDay(page, session) {
  return page.evaluate(async (session) => {
    const { deadline } = await (await fetch(`/v1/sessions/${session}`)).json();
    const at = new Date(deadline);
    const two = (n) => String(n).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  }, session);
}

/** Waits for the dialog that is opened by it. */
async function opensDialog(page, button) {
  await button.click();
  await page.getByRole("dialog").waitFor();
  await settled(page);
}

/**
 * Every page that a login has, by name; `session` before and `opened` after it is opened. What lies over a page, outside of its
 * landmarks, is visited with `over`.
 */
export async function eachPage(page, visitPage) {
  const session = await sealedSession(page);
  const at = async (name, path, prepare, over = false) => {
    await page.goto(origin + path);
    await page.locator("h1").waitFor();
    await settled(page);
    if (prepare) await prepare();
    await visitPage(name, { over });
  };
  await at("sessions", "/sessions");
  await at("sessions-filtered", "/sessions?kind=monitoring&held=no&order=deadline");
  await at("session", `/sessions/${session}`);
  await at("opened", `/sessions/${session}`, async () => {
    await openWithPurpose(page);
    await framePainted(page);
  });
  await at("access", "/access");
  await at("access-unfolded", `/access?session=${session}&action=view`, async () => {
    await page.locator("table button[aria-expanded]").first().click();
  });
  await at("deletions", "/custody/deletions");
  await at("deletions-day", `/custody/deletions?show=${await dueDay(page, session)}`);
  await at("holds", "/custody/holds?state=all");
  const place = page.locator("main button").filter({ hasText: /^(Place a hold|Sperre setzen)$/ });
  const ask = page.locator("main button").filter({ hasText: /^(Export…|Exportieren …)$/ });
  await at("hold-place", "/custody/holds", () => opensDialog(page, place), true);
  await at(
    "hold-place-missing",
    "/custody/holds",
    async () => {
      await opensDialog(page, place);
      await page.locator('[role=dialog] button[type="submit"]').click();
    },
    true,
  );
  await at("certificates", "/custody/certificates");
  if (deleted !== null) {
    await at("certificate", `/custody/certificates/${deleted}`);
    await at("session-deleted", `/sessions/${deleted}`);
  }
  await at("certificate-missing", "/custody/certificates/00000000-0000-7000-8000-000000000000");
  await at("exports", "/custody/exports", () => page.locator("summary").click());
  await at("export-ask", `/sessions/${session}`, () => opensDialog(page, ask), true);
  await at("state", "/state");
  await at("password", "/password");
  await at("session-missing", "/sessions/00000000-0000-7000-8000-000000000000");
  await at("not-found", "/somewhere");
  await at("account", "/sessions", async () => {
    await page.locator("header button[popovertarget]").click();
    await page.locator("header [popover]").waitFor();
  });
}
