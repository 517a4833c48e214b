// The player of an opened session, as its reader handles it.

const SHOWN = 'figure[data-showing="exact"]';

/** The exact frame stands on the stage. */
export async function framePainted(page) {
  await page.locator(SHOWN).first().waitFor();
}

/** The number of the frame that stands on the first stage. */
export async function paint(page) {
  await framePainted(page);
  return page.locator(SHOWN).first().getAttribute("data-seq");
}

/** Waits until the first stage shows another frame than `before`. */
export async function otherFrame(page, before) {
  await page.locator(`figure[data-showing="exact"]:not([data-seq="${before}"])`).first().waitFor();
}

export async function nextFrame(page) {
  const before = await paint(page);
  await page.getByRole("button", { name: "One frame on" }).click();
  await otherFrame(page, before);
}

/** Clicks on the seek bar, `share` of its length from its beginning. */
export async function seekTo(page, share) {
  const before = await paint(page);
  const bar = page.getByRole("slider", { name: "Position in the session" });
  const box = await bar.boundingBox();
  if (box === null) throw new Error("the seek bar is not shown");
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  await otherFrame(page, before);
}

/** Plays until the picture changes, then pauses. */
export async function play(page) {
  const before = await paint(page);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await otherFrame(page, before);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
}

const STEPS_AT_MOST = 500;

/** Steps on from the first frame until number `frame` stands there as one that can't be shown. */
export async function damagedFrame(page, frame) {
  const figure = page.locator("figure[data-seq]").first();
  const bar = page.getByRole("slider").first();
  await bar.press("Home");
  for (let step = 0; step < STEPS_AT_MOST; step += 1) {
    const here = await figure.getAttribute("data-seq");
    if (here === frame) break;
    await bar.press("ArrowRight");
    await page.locator(`figure[data-seq]:not([data-seq="${here}"])`).first().waitFor();
  }
  await page.locator(`figure[data-seq="${frame}"][data-showing="unshowable"]`).first().waitFor();
}
