// Measures the player in Chromium: random seeks from the input to the painted exact frame, and playing at 16×. Prints one JSON
// document. Needs a server with a long session:
//
//   OBHUT_WEB=http://127.0.0.1:PORT OBHUT_WEB_NAME=… OBHUT_WEB_PASSWORD=… OBHUT_WEB_SESSION=ID node e2e/seek.mjs
//
// OBHUT_SEEKS (200), OBHUT_PLAY_SECONDS (20), OBHUT_SEED and OBHUT_CHROMIUM (/usr/bin/chromium) may be set. `met` says
// whether the figures are: seeks median 100 ms and 99th percentile 250 ms; playing at 16× stands still for no longer than 2 % of
// the time. If they are not, it fails.

import { chromium } from "playwright-core";

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};
const base = need("OBHUT_WEB");
const session = need("OBHUT_WEB_SESSION");
const login = { name: need("OBHUT_WEB_NAME"), password: need("OBHUT_WEB_PASSWORD") };
const seeks = Number(process.env.OBHUT_SEEKS ?? 200);
const playSeconds = Number(process.env.OBHUT_PLAY_SECONDS ?? 20);
const seed = Number(process.env.OBHUT_SEED ?? Date.now() % 1_000_000);

let randomState = seed;
/** Mulberry32: the same seed gives the same seeks. */
function random() {
  randomState = (randomState + 0x6d2b79f5) | 0;
  let t = Math.imul(randomState ^ (randomState >>> 15), 1 | randomState);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) =>
    Math.round((sorted[Math.min(Math.ceil(sorted.length * share) - 1, sorted.length - 1)] ?? 0) * 10) / 10;
  return { count: sorted.length, median: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

const browser = await chromium.launch({
  executablePath: process.env.OBHUT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  await page.goto(base);
  // The page's own forms are tried elsewhere; here they would only be in the way.
  const opened = await page.evaluate(
    async ([login, session]) => {
      const post = (path, body) =>
        fetch(path, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
      const answers = [await post("/v1/login", login)];
      answers.push(await post(`/v1/sessions/${session}/grants`, { purpose: "measuring the player" }));
      return answers.map((answer) => answer.status);
    },
    [login, session],
  );
  if (opened.some((status) => status >= 300))
    throw new Error(`log-in and opening answered ${opened.join(", ")}`);
  await page.goto(`${base}/sessions/${session}`);
  await page.locator('[data-showing="exact"]').first().waitFor({ timeout: 30_000 });
  await page.evaluate(() => {
    globalThis.measured = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        globalThis.measured.push({ name: entry.name, duration: entry.duration, detail: entry.detail });
      }
    }).observe({ type: "measure" });
  });
  const collected = (name) =>
    page.evaluate((name) => globalThis.measured.filter((entry) => entry.name === name), name);

  const slider = page.getByRole("slider");
  const frames = Number(
    ((await slider.getAttribute("aria-valuetext")) ?? "").match(/(\d[\d.,\s]*)$/)?.[1]?.replace(/\D/g, ""),
  );
  const inexact = [];
  for (let n = 0; n < seeks; n++) {
    const box = await slider.boundingBox();
    if (box === null) throw new Error("the slider is not in sight");
    await page.mouse.click(box.x + random() * (box.width - 1), box.y + box.height / 2);
    await page.waitForFunction(
      (n) => globalThis.measured.filter((entry) => entry.name === "obhut:seek").length > n,
      n,
      {
        timeout: 20_000,
      },
    );
    const showing = await page.locator("[data-showing]").first().getAttribute("data-showing");
    if (showing !== "exact") inexact.push(showing);
    // Somebody who looks for something: now and then at once to the next place, mostly after a glance.
    await page.waitForTimeout(random() * 800);
  }
  const seek = summary((await collected("obhut:seek")).map((entry) => entry.duration));

  await slider.focus();
  await page.keyboard.press("Home");
  for (let n = 0; n < 8; n++) await page.keyboard.press(">");
  // What lies ahead is there before somebody finds the key.
  await page.waitForTimeout(1_000);
  await page.evaluate(() => {
    globalThis.measured = [];
  });
  await page.keyboard.press("Space");
  await page.waitForTimeout(playSeconds * 1_000);
  await page.keyboard.press("Space");
  const painted = await collected("obhut:frame");
  const stalls = await collected("obhut:stall");
  const stalled = stalls.reduce((sum, entry) => sum + entry.duration, 0);
  const play = {
    speed: 16,
    seconds: playSeconds,
    painted: painted.length,
    painted_ms: summary(painted.map((entry) => entry.duration)),
    stalls: stalls.length,
    stalled_ms: Math.round(stalled),
    longest_stall_ms: Math.round(Math.max(0, ...stalls.map((entry) => entry.duration))),
  };
  const met =
    seek.median <= 100 &&
    seek.p99 <= 250 &&
    inexact.length === 0 &&
    painted.length > 0 &&
    stalled <= playSeconds * 20;
  if (!met) process.exitCode = 1;
  console.log(
    JSON.stringify({
      browser: browser.version(),
      frames,
      seed,
      seek_ms: { ...seek, inexact: inexact.length },
      play,
      met,
    }),
  );
} finally {
  await browser.close();
}
