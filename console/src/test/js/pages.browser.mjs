/**
 * The pages in a real browser before a real stack. Environment: ATTUNE_CONSOLE_URL,
 * ATTUNE_CHROMIUM, and ATTUNE_BROWSER_DRIVER, a package.json beside whose modules playwright-core is.
 */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

const {
  ATTUNE_CONSOLE_URL: url,
  ATTUNE_CHROMIUM: executablePath,
  ATTUNE_BROWSER_DRIVER: driver,
} = process.env;
const { chromium } = createRequire(driver)("playwright-core");

const PATIENCE = { timeout: 60_000 };
const HOSTILE = 'where is my order <img src=x onerror="document.title=1">';
const CUSTOMER = `console-${crypto.randomUUID()}`;

let browser;
let page;
const troubles = [];

before(async () => {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE.timeout);
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    // who is unknown so far is not found, and that is no trouble
    if (message.type() === "error" && !message.text().includes("404"))
      troubles.push(message.text());
  });
});

after(() => browser.close());

const open = async (hash) => {
  await page.goto("about:blank");
  await page.goto(`${url}/#/${hash}`);
};

test("the overview shows every service and its figures", async () => {
  await open("");

  await page.waitForFunction(
    () => document.querySelectorAll(".dot.good").length === 4,
    null,
    PATIENCE,
  );
  await page.getByText("p99").waitFor();
});

test("the playground shows what a message changes, and why the reply was what it was", async () => {
  await open(`playground/${CUSTOMER}`);

  await page.getByText("look at page").click();
  await page.getByPlaceholder("Write as the customer").fill(HOSTILE);
  await page.getByText("Send", { exact: true }).click();
  const reply = page.locator(".line.bot p").first();
  await reply.waitFor();
  await page.locator(".split .bars .label").first().waitFor();
  await page.getByText("Why this reply").waitFor();

  assert.equal(await page.locator(".split .bars .label").first().textContent(), "order status");
  assert.equal(await page.locator(".line.customer p").textContent(), HOSTILE);
  assert.equal(await page.locator(".log img").count(), 0);
  const said = await reply.textContent();
  await page.getByText("The whole decision").click();
  await page.locator("blockquote").waitFor();
  assert.equal(await page.locator("blockquote").textContent(), said);
});

test("the experiments show arms and metrics", async () => {
  await open("experiments");

  const card = page.locator(".card", { hasText: "personalized-greeting" });
  await card.getByText("treatment").first().waitFor();
  await card.getByText("handling time").waitFor();
});

test("the KPIs are shown by a dimension of choice", async () => {
  await open("kpis/channel");

  await page
    .getByRole("columnheader", { name: "CSAT" })
    .or(page.getByText("No conversation"))
    .first()
    .waitFor();
  await page.locator("select").selectOption("intent");
  await page.getByRole("heading", { name: "by intent" }).waitFor();
});

test("the models show which is live, and how far its world moved", async () => {
  await open("models");

  await page.locator(".badge.good", { hasText: "live" }).waitFor();
  await page.getByRole("heading", { name: "Drift" }).waitFor();
});

test("a user is shown with its history, and erased with a proof", async () => {
  await open(`users/${CUSTOMER}`);
  await page.getByText(HOSTILE).waitFor();
  page.once("dialog", (dialog) => dialog.accept());

  await page.getByText("Erase this user").click();
  await page.getByText("Receipt").waitFor();
  await page.getByRole("columnheader", { name: "store" }).waitFor();

  assert.ok(
    (await page.locator("section", { hasText: "Receipt" }).locator("tbody tr").count()) > 3,
  );
});

test("no page had an error", () => assert.deepEqual(troubles, []));
