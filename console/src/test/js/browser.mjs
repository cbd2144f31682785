/**
 * A real browser before the console. Environment: ATTUNE_CONSOLE_URL, ATTUNE_CHROMIUM, and
 * ATTUNE_BROWSER_DRIVER, a package.json beside whose modules playwright-core, axe-core and uplot are.
 * With ATTUNE_TEST_LONG pages are looked at in more ways.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterEach } from "node:test";

const { ATTUNE_CHROMIUM: executablePath, ATTUNE_BROWSER_DRIVER: driver } = process.env;
export const url = process.env.ATTUNE_CONSOLE_URL;
export const modules = createRequire(driver);

/** Width in pixels and color scheme, in which everybody must get along; the long test takes all pairs. */
const LOOKS = [
  [1280, "light"],
  [400, "dark"],
  ...(process.env.ATTUNE_TEST_LONG ? [[1280, "dark"], [400, "light"]] : []),
];

/** For who waits himself, less. */
const PATIENCE_MS = Number(process.env.ATTUNE_BROWSER_PATIENCE_MS ?? 60_000);
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launch() {
  return modules("playwright-core").chromium.launch({ executablePath, args: ARGS });
}

/** The pages of this test, the newest last. */
const pages = [];

/** What a person would have seen where a test waited in vain. */
afterEach(async ({ name, passed }) => {
  const page = pages.findLast((one) => !one.isClosed());
  if (passed || !page) return;
  const shown = await page.locator("body").innerText({ timeout: 5_000 }).catch((error) => error.message);
  const awaited = [...page.awaited].map((request) => `awaited: ${request.url()}`);
  console.log([`“${name}” failed at ${page.url()}`, shown, ...page.troubles, ...awaited].join("\n"));
});

/** A page that notes what goes wrong on it. */
export async function newPage(browser, options = {}) {
  const page = await browser.newPage(options);
  pages.push(page);
  page.setDefaultTimeout(PATIENCE_MS);
  page.troubles = [];
  page.awaited = new Set();
  page.on("request", (request) => page.awaited.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => page.awaited.delete(request));
  page.on("pageerror", (error) => page.troubles.push(error.message));
  page.on("console", (message) => {
    // who is unknown so far is not found, and that is no trouble
    if (message.type() === "error" && !message.text().includes("404"))
      page.troubles.push(message.text());
  });
  return page;
}

/** From nothing, as by a link from elsewhere. */
export async function open(page, hash) {
  await page.goto("about:blank");
  await page.goto(`${url}/#/${hash}`);
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => !document.querySelector(".spinner"));
}

/**
 * Does what leads to another address, and waits until its page is there. The address alone changes a moment before the
 * page: what is looked for or clicked in between is the old page's.
 */
export async function goTo(page, hash, act) {
  await page.evaluate(() => {
    // called after the page's own listener, which was there before
    addEventListener("hashchange", () => (window.arrivedAt = location.hash));
  });
  await act();
  await page.waitForFunction((wanted) => window.arrivedAt === wanted && !document.querySelector(".spinner"), hash);
}

/**
 * Points at a chart and returns what it says there. What is above it may grow meanwhile and move it away from under
 * the pointer: then it is pointed at again.
 *
 * @param share of the chart's width, from 0 to 1
 */
export async function tooltipAt(chart, share) {
  const area = chart.locator(".u-over");
  const tooltip = area.locator(".tooltip");
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const { width, height } = await area.boundingBox();
    for (const x of [width / 3, share * (width - 1)]) await area.hover({ position: { x, y: height / 2 } });
    if (await tooltip.isVisible()) return tooltip;
  }
  throw new Error("the chart says nothing");
}

/** Keyboard, contrast and names, by axe; and nothing wider than the screen, from 400 px on. */
export async function assertForEverybody(page, where) {
  const axe = await readFile(modules.resolve("axe-core/axe.min.js"), "utf8");
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const says = found.violations.map(
      (one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`,
    );
    assert.deepEqual(says, [], `${where}, ${width} px, ${colorScheme}`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, `${where} at ${width} px is ${wider} px too wide`);
    const hidden = await page.evaluate(() =>
      [...document.querySelectorAll(".table")].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent.slice(0, 80)),
    );
    assert.deepEqual(hidden, [], `columns hidden in ${where} at ${width} px`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: null });
}
