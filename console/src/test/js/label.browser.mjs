/** The page Label: a person tells what messages were about. What the services would say is made up. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answering } from "./answers.mjs";
import { assertForEverybody, launch, newPage, open } from "./browser.mjs";
import { QUESTIONS } from "./label-states.mjs";

const PATH = "/responses/v1/labels";

let browser;
let page;
let services;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
  services = await answering(page);
});

after(() => browser.close());

/** @param more answers beside the questions */
async function label(questions, more = {}) {
  const taken = (_, request) => ({ ...request.postDataJSON(), labelledAt: "2026-11-29T09:00:00Z" });
  services.say({ [`${PATH}/questions`]: questions, [PATH]: taken, ...more });
  await open(page, "label");
}

const said = () => services.changes.map(([, , { eventId, label: name }]) => [eventId, name]);

const message = (text) => page.locator("blockquote").getByText(text, { exact: true });

test("a person labels messages by keys and buttons, skips one and takes one back", async () => {
  const asked = [];
  await label((query) => (asked.push(query.get("count")), QUESTIONS));
  assert.deepEqual(asked, ["50"]);
  await message("my parcel and my password").waitFor();
  await page.getByText("Message 1 of 4").waitFor();
  await page.getByRole("button", { name: "Account 40 %" }).waitFor();
  await page.getByRole("button", { name: "Shipping 38 %" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Undo" }).isDisabled(), true);
  await assertForEverybody(page, "a message to label");

  await page.keyboard.press("3");
  await page.getByText("Message 2 of 4").waitFor();
  await page.getByText("13 messages have a label.").waitFor();
  await page.getByRole("button", { name: "Refund" }).click();
  await page.getByText("Message 3 of 4").waitFor();
  await page.keyboard.press("s");
  await page.getByText("Message 4 of 4").waitFor();
  await page.keyboard.press("u");
  await page.getByText("Message 3 of 4").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Message 2 of 4").waitFor();
  await page.getByText("13 messages have a label.").waitFor();

  assert.deepEqual(said(), [
    ["e-1", "shipping"],
    ["e-2", "refund"],
    ["e-2", undefined],
  ]);
});

test("after the last one more can be looked for", async () => {
  let times = 0;
  await label(() => ({ ...QUESTIONS, questions: QUESTIONS.questions.slice(times++, times) }));
  await page.getByRole("button", { name: "Payment" }).press("Enter");
  await page.getByText("These were all").waitFor();
  assert.equal(await page.getByRole("button", { name: "Skip" }).count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Look for more");
  await page.keyboard.press("1");
  await assertForEverybody(page, "all labelled");

  await page.keyboard.press("Enter");

  await page.getByText("Message 1 of 1").waitFor();
  await message(QUESTIONS.questions[1].text).waitFor();
  await page.keyboard.press("u");
  await page.keyboard.press("s");
  await page.getByText("These were all").waitFor();
  assert.deepEqual(said(), [["e-1", "payment"]], "what was asked before is not taken back");
});

test("an answer that is refused is told, and the message stays", async () => {
  await label(QUESTIONS, { [PATH]: { status: 503, json: { detail: "The label could not be recorded now; ask again." } } });
  await page.keyboard.press("1");

  await page.getByText("could not be recorded now").waitFor();
  await page.getByText("Message 1 of 4").waitFor();
  await page.getByText("12 messages have a label.").waitFor();
  services.to[PATH] = {};
  await page.keyboard.press("1");
  await page.getByText("Message 2 of 4").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  // the browser notes what was refused on purpose
  page.troubles = page.troubles.filter((one) => !one.includes("503"));
});

test("while an answer is under way nothing overtakes it", async () => {
  let release;
  const held = new Promise((resolve) => (release = () => resolve({})));
  await label(QUESTIONS, { [PATH]: () => held });
  await message("my parcel and my password").waitFor();
  await page.keyboard.press("1");
  for (const key of ["2", "s", "u"]) await page.keyboard.press(key);
  await page.getByText("Message 1 of 4").waitFor();
  release();
  await page.getByText("Message 2 of 4").waitFor();

  assert.deepEqual(said(), [["e-1", "order_status"]]);
});

test("keys with others held, or pressed outside of the page, label nothing", async () => {
  await label(QUESTIONS);
  await message("my parcel and my password").waitFor();
  await page.keyboard.press("Control+1");
  await page.keyboard.press("9");
  await page.getByRole("link", { name: "Overview" }).focus();
  await page.keyboard.press("1");
  await page.locator("main").focus();
  await page.keyboard.press("2");

  await page.getByText("Message 2 of 4").waitFor();
  assert.deepEqual(said(), [["e-1", "refund"]]);
});

test("whoever may only look sees the messages, and no key labels", async () => {
  await label(QUESTIONS, { "/me": { name: "vera", mayEdit: false, signedIn: true } });
  await page.getByRole("row", { name: /my parcel and my password.*Account 40 %, Shipping 38 %/ }).waitFor();
  await page.getByText("You may only look").waitFor();
  await page.keyboard.press("1");
  assert.equal(await page.getByRole("button", { name: "Account" }).count(), 0);
  assert.deepEqual(said(), []);
  await assertForEverybody(page, "a viewer's messages");
});

test("where there is nothing to ask it says why, and what to do", async () => {
  const none = { ...QUESTIONS, questions: [] };
  await label({ ...none, learns: false, labels: [], predictions: 0 });
  await page.getByText("The playbook learns no label").waitFor();
  await label({ ...none, predictions: 0 });
  await page.getByText("No model has scored a message yet").waitFor();
  await page.getByText("./attune train EVENTS").waitFor();
  await label({ ...none, labelled: 1, complete: false });
  await page.getByText("No message is left to ask about").waitFor();
  await page.getByText("1 message has a label.").waitFor();
  await page.getByText("could be read in time").waitFor();
  await assertForEverybody(page, "nothing to label");
});

test("no page had an error", () => assert.deepEqual(page.troubles, []));
