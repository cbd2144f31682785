/**
 * A product owner who was shown the demo and asks the console, by clicks from its first page on. Environment, beside that
 * of browser.mjs: ATTUNE_DEMO_SAID, a file with what the demo printed.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, newPage, open } from "./browser.mjs";

/** Conversations that are still open count in the demo's summary and not yet here. */
const POINTS_APART = 10;

let browser;
let page;
let said;

before(async () => {
  said = await readFile(process.env.ATTUNE_DEMO_SAID, "utf8");
  browser = await launch();
  page = await newPage(browser);
  await open(page, "");
});

after(() => browser.close());

const follow = (name) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();
const percents = (text) => [...text.matchAll(/([\d.]+) %/g)].map((found) => Number(found[1]));

test("is it healthy?", async () => {
  await page.locator(".answer", { hasText: /^(Healthy|Works)/ }).waitFor();
});

test("does personalization help, and by how much? As much as the demo said", async () => {
  const help = page.locator(".card", { has: page.getByRole("heading", { name: "Is it helping?" }) });
  await help.getByText("So far: a look, not a verdict").waitFor();
  const settled = help.getByRole("row", { name: /^Settled without a person/ });
  const [control, treatment] = percents(await settled.textContent());
  const [, controlSaid] = /control +(\d+) % \(/.exec(said);
  const [, treatmentSaid] = /treatment +(\d+) % \(/.exec(said);

  console.log(`settled without a person: ${control} and ${treatment} %; the demo said ${controlSaid} and ${treatmentSaid} %`);
  assert.ok(Math.abs(control - controlSaid) <= POINTS_APART, `control ${control} %, said ${controlSaid} %`);
  assert.ok(Math.abs(treatment - treatmentSaid) <= POINTS_APART, `treatment ${treatment} %, said ${treatmentSaid} %`);
  await settled.locator(".up").getByText(/▲ [\d.]+ points/).waitFor();

  await help.getByRole("link", { name: "Personalized greeting" }).click();
  // the overview says the same sentence
  await page.getByRole("heading", { name: "Who takes part" }).waitFor();
  await page.getByText("You may not conclude yet.").first().waitFor();
});

test("what did it say to this customer, and why?", async () => {
  await follow("Conversations");
  const talk = page.locator(".card", { hasText: /Rule / }).first();
  const text = await talk.locator(".replies p").first().textContent();
  await talk.getByRole("link", { name: "Why this reply" }).first().click();

  await page.getByRole("heading", { name: "Decision" }).waitFor();
  await page.locator("blockquote", { hasText: text }).waitFor();
  await page.getByText(/expected .+ \(\d+ %\)|Nothing was known/).first().waitFor();
});

test("which model serves, and how good is it?", async () => {
  await follow("Models");
  const live = page.getByRole("row", { name: /live/ }).first();
  await live.waitFor();
  const [top1] = percents(await live.textContent());
  assert.ok(top1 > 50 && top1 <= 100, `${top1} %`);
});

test("who erased whom? The act leads to its proof", async () => {
  await follow("Users");
  await page.locator("tbody a").first().click();
  await page.getByRole("button", { name: "Erase this user" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Erase" }).click();
  await page.locator(".badge", { hasText: "complete" }).waitFor();
  const receipt = await page.locator("code", { hasText: /^[0-9a-f-]{36}$/ }).textContent();

  const act = page.getByRole("row", { name: /local erased a user/ });
  for (const until = Date.now() + 60_000; ; await page.waitForTimeout(500)) {
    await follow("Audit");
    await page.getByRole("link", { name: "erasures" }).click();
    await page.getByRole("heading", { name: "Acts" }).or(page.getByText("Nobody did anything")).first().waitFor();
    if ((await act.count()) || Date.now() > until) break;
    await follow("Overview");
  }
  await act.first().getByRole("link", { name: "the proof" }).click();

  await page.locator(".badge", { hasText: "complete" }).waitFor();
  await page.locator("code", { hasText: receipt }).waitFor();
});
