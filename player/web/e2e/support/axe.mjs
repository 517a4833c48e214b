// What axe finds on a page as it stands.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** `practice` false: only what WCAG asks. A list or calendar that lies over the page is outside of all landmarks. */
export async function assertAccessible(page, name, { practice = true } = {}) {
  const tags = practice ? [...WCAG, "best-practice"] : WCAG;
  // Evaluated by the debugger: the page's own policy would refuse a script that is not its own.
  await page.evaluate(source);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
  }, tags);
  assert.deepEqual(found, [], `axe on ${name}`);
}
