/**
 * A person signs in with a real OpenID provider, another site than the console, in a real browser:
 * whether cookies and the content security policy let it happen, only a browser tells.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertForEverybody, launch, newPage, url } from "./browser.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

async function signIn(page, name) {
  await page.getByRole("link", { name: "Sign in with Shop" }).click();
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill("word");
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("whoever signs in with the provider gets to the page that was asked for, and out again", async () => {
  const page = await newPage(browser);
  await page.goto(`${url}/#/audit`);
  await page.getByRole("link", { name: "Sign in with Shop" }).waitFor();
  assert.equal(page.url(), `${url}/login#/audit`);
  await assertForEverybody(page, "sign-in page");
  assert.deepEqual(page.troubles, []);

  await signIn(page, "olga");
  await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();
  assert.equal(page.url(), `${url}/#/audit`);
  await page.getByText("olga (view only)").waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${url}/login`);
  // the provider has forgotten her, too
  await signIn(page, "ed");
  await page.getByText("ed", { exact: true }).waitFor();
  await page.close();
});

test("who is refused is told why, and still gets to the page with a password", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/#/models`);
  await signIn(page, "mallory");

  await page.getByRole("alert").getByText("none of your roles opens this console").waitFor();
  await assertForEverybody(page, "refused");
  await page.getByLabel("Name").fill("vera");
  await page.getByLabel("Password").fill("look");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
  assert.equal(page.url(), `${url}/#/models`);
  await context.close();
});
