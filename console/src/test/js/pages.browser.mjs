/** What a person does with the pages, before a real stack. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { assertForEverybody, goTo, launch, modules, newPage, open as openOn, tooltipAt, url } from "./browser.mjs";

const HOSTILE = 'where is my order <img src=x onerror="document.title=1">';
const CUSTOMER = `console-${crypto.randomUUID()}`;

let browser;
let page;
let saidByBot;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
});

after(() => browser.close());

const open = (hash) => openOn(page, hash);

/** Beside the page: what is refused on purpose is no trouble of its. */
const post = async (path, body) => {
  const answer = await fetch(`${url}/api${path}`, {
    method: "POST",
    headers: { "Attune-Console": "1", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
};

const get = async (path) => (await fetch(`${url}/api${path}`)).json();

test("the first load is at most 150 KB, and asks no other site", async () => {
  const fresh = await newPage(browser);
  const network = await fresh.context().newCDPSession(fresh);
  await network.send("Network.enable");
  let bytes = 0;
  const sites = new Set();
  network.on("Network.loadingFinished", (one) => (bytes += one.encodedDataLength));
  network.on("Network.requestWillBeSent", (one) => sites.add(new URL(one.request.url).origin));

  await openOn(fresh, "overview");
  await fresh.locator(".history canvas").nth(3).waitFor();

  assert.ok(bytes > 10_000 && bytes <= 150_000, `${bytes} bytes`);
  assert.deepEqual([...sites].filter((site) => site !== "null" && site !== "about://"), [url]);
  console.log(`first load: ${bytes} bytes`);
  await fresh.close();
});

test("the charting library is the one of the npm package", async () => {
  const file = modules.resolve("uplot").replace(/uPlot\.cjs\.js$/, "uPlot.iife.min.js");
  const served = await (await fetch(`${url}/vendor/uplot.js`)).text();

  assert.equal(served, await readFile(file, "utf8"));
});

test("is it healthy? The overview says so, shows each stage, and stays live without the metrics", async () => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open("overview");

  await page.locator(".stage", { hasText: "Gateway" }).getByText("events/s").waitFor();
  assert.equal(await page.locator(".stage").count(), 4);
  await page.locator(".answer", { hasText: /^(Healthy|Works, with errors)/ }).waitFor();
  assert.equal(await page.locator(".part", { hasText: "Redis" }).count(), 1);
  await page.locator(".history canvas").nth(3).waitFor();
  await page.getByRole("link", { name: "1 h" }).click();
  await page.getByRole("heading", { name: "The last hour" }).waitFor();

  assert.deepEqual(asked.filter((path) => path.includes("actuator")), []);
  await assertForEverybody(page, "overview");
});

test("the last hours are still there after a reload", async () => {
  const history = async () => (await fetch(`${url}/api/overview/history?hours=1`)).json();
  const newest = ({ times, series }) => times[series.eventsPerSecond.findLastIndex((value) => value != null)];
  // the first minute of a young console takes one
  const deadline = Date.now() + 150_000;
  while (!newest(await history()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2000));
  const minute = newest(await history());
  assert.ok(minute, "no minute of history");

  const traffic = page.getByRole("img", { name: "Traffic over the last hour" });
  const said = async () => {
    await traffic.locator("canvas").waitFor();
    const { times } = await history();
    return (await tooltipAt(traffic, (minute - times[0]) / (times.at(-1) - times[0]))).textContent();
  };
  await open("overview/1");
  const before = await said();
  assert.match(before, /events[\d.,]+replies/);

  await page.reload();

  // again, should a new minute have begun in between
  let after = await said();
  if (after !== before) after = await said();
  assert.equal(after, before);
});

test("the playground shows what a message changes, and why the reply was what it was", async () => {
  await open(`playground/${CUSTOMER}`);

  await page.getByText("look at page").click();
  await page.locator(".split .bars .label").first().waitFor();
  // the first reply of a young stack may come before Redis has answered
  await page.getByText("open the chat").click();
  await page.getByText("Why this reply").waitFor();
  const greeted = await page.evaluate(() => document.querySelector('a[href^="#/decisions/"]').hash);
  await page.getByPlaceholder("Write as the customer").fill(HOSTILE);
  await page.getByText("Send", { exact: true }).click();
  const reply = page.locator(".line.bot p").nth(1);
  await reply.waitFor();
  await page.waitForFunction((old) => document.querySelector('a[href^="#/decisions/"]').hash !== old, greeted);

  assert.equal(await page.locator(".split .bars .label").first().textContent(), "order status");
  assert.equal(await page.locator(".line.customer p").textContent(), HOSTILE);
  assert.equal(await page.locator(".log img").count(), 0);
  saidByBot = await reply.textContent();
  await page.getByText("The whole decision").click();
  await page.locator("blockquote").waitFor();
  assert.equal(await page.locator("blockquote").textContent(), saidByBot);
  await assertForEverybody(page, "decision");
});

test("an example shows what each step changes", async () => {
  await open("playground");
  await page.getByRole("button", { name: "About a refund" }).click();

  await page.locator(".line.bot").first().waitFor();
  assert.equal(await page.locator(".start").count(), 0);
  assert.equal(await page.locator(".line.step").count(), 3);
  await page.locator(".line.customer .effect-of").getByText("refund").waitFor();
  assert.ok((await page.locator(".line.step .effect-of").count()) > 0);
  await page.locator(".line.step .would-say").first().waitFor();
  const told = page.getByRole("group", { name: "Features" });
  await page.locator("details", { hasText: "Features" }).locator("summary").click();
  await told.waitFor();
  const before = await told.textContent();
  await page.getByText("look at page").click();
  await page.waitForFunction((old) => document.querySelector(".features").textContent !== old, before);
  assert.ok(await told.isVisible(), "who looks at the features goes on looking");
  await assertForEverybody(page, "example");
});

test("two customers write the same words, and each gets what fits", async () => {
  await open("playground/side-by-side-one/side-by-side-other");
  await page.getByRole("button", { name: "Play it" }).click();

  const one = page.locator(".pair > div").nth(0);
  const other = page.locator(".pair > div").nth(1);
  await one.locator(".line.bot").first().waitFor();
  await other.locator(".line.bot").first().waitFor();
  assert.equal(await one.locator(".line.customer p").textContent(), await other.locator(".line.customer p").textContent());
  await one.locator(".bars .label").first().getByText("order status").waitFor();
  await other.locator(".bars .label").first().getByText("refund").waitFor();
  await page.getByLabel("What both write").fill("thanks");
  await page.getByRole("button", { name: "Send to both" }).click();
  await one.locator(".line.bot").nth(1).waitFor();
  await other.locator(".line.bot").nth(1).waitFor();
  await assertForEverybody(page, "two customers");
});

test("the same words to both arms of an experiment: customers who truly are in them get what their arm gets", async () => {
  await open("playground/one-of-two/other-of-two");
  await page.getByRole("combobox", { name: "Arm, left" }).selectOption("Personalized greeting: control");
  await page.getByRole("combobox", { name: "Arm, right" }).selectOption("Personalized greeting: treatment");
  await page.getByRole("button", { name: "Two new customers" }).click();
  const [left, right] = [0, 1].map((i) => page.locator(".pair > div").nth(i));
  await left.locator(".arms").getByText("Personalized greeting: control").waitFor();
  await right.locator(".arms").getByText("Personalized greeting: treatment").waitFor();

  // a page that tells much, so that the treatment has something to say
  for (const one of [left, right]) {
    await one.getByLabel("Page").fill("/returns/new");
    await one.getByText("look at page").click();
    await one.locator(".bars .label").first().waitFor();
  }
  await page.getByLabel("What both write").fill("I want a refund for my broken kettle");
  await page.getByRole("button", { name: "Send to both" }).click();

  await left.locator(".line.bot").getByText("Control group of an experiment · Personalized greeting: control").waitFor();
  await right.locator(".line.bot").getByText("Personalized greeting: treatment").waitFor();
  const kept = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("attune:")));
  assert.deepEqual(kept, []);
  await assertForEverybody(page, "two arms");
});

test("what did it say to this customer, and why? The conversation is found by a word of the reply", async () => {
  await open("conversations");

  const mine = page.locator(".card", { has: page.getByRole("link", { name: CUSTOMER, exact: true }) });
  for (let tries = 0; tries < 30 && !(await mine.count()); tries++) {
    await page.waitForTimeout(1_000);
    await open("conversations");
  }
  await page.getByRole("searchbox").fill(CUSTOMER.toUpperCase());
  await page.getByRole("searchbox").press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("main section.card").length === 1);
  assert.ok((await mine.locator(".replies p").allTextContents()).includes(saidByBot), saidByBot);
  assert.equal(await mine.getByText("open", { exact: true }).count(), 1);
  assert.ok(!(await mine.textContent()).includes(HOSTILE), "what a customer wrote is elsewhere");
  await assertForEverybody(page, "conversations");

  await mine.getByRole("link", { name: "Why this reply" }).last().click();
  await page.locator("blockquote").waitFor();
  await page.goBack();
  await mine.waitFor();
  assert.equal(await page.getByRole("searchbox").inputValue(), CUSTOMER.toUpperCase());
  await page.getByRole("searchbox").fill("nobody said this");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("No conversation of late is like that").waitFor();
});

test("who was active of late? A user is found by the beginning of the id, and by segment", async () => {
  await open("users");
  await page.getByRole("searchbox").fill(CUSTOMER.slice(0, -4));
  await page.getByRole("searchbox").press("Enter");

  const mine = page.getByRole("row", { name: new RegExp(CUSTOMER) });
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  await mine.getByText("order status").waitFor();
  await assertForEverybody(page, "users");
  await page.getByLabel("Active").selectOption({ label: "in the last hour" });
  await mine.waitFor();
  await page.getByRole("searchbox").fill(`${CUSTOMER}-nobody`);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("Nobody of that id was active of late").waitFor();
  await page.goBack();
  await mine.getByRole("link", { name: CUSTOMER }).click();
  await page.getByRole("heading", { name: "History" }).waitFor();
  await page.getByRole("link", { name: "All users" }).click();
  await mine.waitFor();
});

test("does personalization help? The experiment says when that can be told", async () => {
  await open("experiments");

  await page.getByRole("link", { name: "Personalized greeting" }).click();
  // of this experiment alone, no longer of the list
  await page.getByRole("heading", { name: "Who takes part" }).waitFor();
  await page.getByText("You may not conclude yet.").first().waitFor();
  // by how many tests have come before
  await page.getByText(/A verdict needs 200 users an arm|Nobody has taken part yet/).first().waitFor();
  await page.getByText("replies about what the customer came for").first().waitFor();
  await page.getByText("Handling time").first().waitFor();
  await assertForEverybody(page, "experiment");
});

const sent = (userId, sessionId, type, more) =>
  post("/gateway/v1/events", {
    events: [{ eventId: crypto.randomUUID(), type, userId, sessionId, channel: "web", [type]: more }],
  });

/** Talks of customers in an arm, which are still on: those of the control are answered by a person. */
async function talks(arm, customers) {
  const open = [];
  for (let i = 0; open.length < customers && i < 100; i++) {
    const userId = `${CUSTOMER}-${arm}-${i}`;
    const assigned = await get(`/responses/v1/experiments/personalized-greeting/assignment?userId=${userId}`);
    if (assigned.variant !== arm) continue;
    const sessionId = crypto.randomUUID();
    const { tokens } = await sent(userId, sessionId, "message_sent", { text: "where is my parcel" });
    const reply = await post("/responses/v1/responses", { userId, sessionId, slot: "greeting", after: tokens[userId], waitMs: 1000 });
    assert.equal(reply.variant, arm);
    if (arm === "control") await sent(userId, sessionId, "agent_replied", { responseSeconds: 90, automated: false });
    open.push([userId, sessionId]);
  }
  return open;
}

test("by how much? The arms' conversations stand beside each other before a window has closed", async () => {
  const begun = await Promise.all([talks("control", 5), talks("treatment", 5)]);
  // nobody leaves in the moment of the reply; its record takes a moment, too
  await page.waitForTimeout(5_000);
  for (const [userId, sessionId] of begun.flat()) await sent(userId, sessionId, "session_ended", {});
  const deadline = Date.now() + 60_000;
  const isCounted = ({ rows }) =>
    rows.filter((row) => row.value.startsWith("personalized-greeting/") && row.engagement.conversations >= 5).length === 2;
  while (!isCounted(await get("/responses/v1/kpis?by=arm"))) {
    assert.ok(Date.now() < deadline, "the arms are not counted");
    await page.waitForTimeout(500);
  }
  await open("experiments/personalized-greeting");

  const arms = page.locator("section.card", { has: page.getByRole("heading", { name: "How their conversations go" }) });
  await arms.getByRole("row", { name: /^Settled without a person/ }).locator(".up").getByText(/▲ [\d.]+ points/).waitFor();
  await arms.getByRole("row", { name: /^Handling time/ }).locator(".up").getByText(/▼ [\d.]+ %/).waitFor();
  await arms.getByText("A look, not a verdict").waitFor();
});

test("how do conversations go? By a dimension and a period, and as a file", async () => {
  const session = crypto.randomUUID();
  const event = (type, more) => ({
    eventId: crypto.randomUUID(),
    type,
    userId: `${CUSTOMER}-talks`,
    sessionId: session,
    channel: "web",
    ...more,
  });
  await open("kpis");
  await post("/gateway/v1/events", {
    events: [
      event("session_started"),
      event("message_sent", { message_sent: { text: "my card was declined" } }),
      event("session_ended"),
    ],
  });

  await page.getByRole("link", { name: "by channel" }).click();
  const shown = page.getByRole("cell", { name: "Web" });
  for (let tries = 0; tries < 30 && !(await shown.count()); tries++) {
    await page.waitForTimeout(1_000);
    await open("kpis/channel/7");
  }
  await shown.waitFor();
  await page.locator(".tile", { hasText: "Time to resolve" }).first().waitFor();
  assert.equal(await page.locator(".tile .figure span").first().textContent(), "Handling time a conversation");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download CSV" }).click(),
  ]);
  const lines = (await readFile(await file.path(), "utf8")).split("\r\n");
  assert.match(lines[0], /^from,to,channel,/);
  assert.ok(lines.some((line) => line.includes(",web,")), lines.join("\n"));
  await goTo(page, "#/kpis/channel/28", () => page.getByRole("link", { name: "28 days" }).click());
  // a young stack has no whole day yet
  await page.getByText("This is today so far").waitFor();
  await page.getByRole("link", { name: "by day" }).click();
  await page.locator(".card", { has: page.getByRole("heading", { name: "By day" }) }).getByText("today so far").waitFor();
  await assertForEverybody(page, "KPIs");
});

/** What a version's report tells, also when training was quick and drew no learning curve. */
const REPORTED = [
  "Beside what needs no model",
  "Are its probabilities right?",
  "By label",
  "What is held for what",
  "What it looks at",
  "Did the world move?",
  "By part",
  "Model card",
];

test("which model serves, and how good is it?", async () => {
  await open("models");

  await page.locator(".badge.good", { hasText: "live" }).first().waitFor();
  await page.getByText(/It is right about \d+(\.\d)? %/).waitFor();
  await page.getByRole("cell", { name: /passed|failed/ }).first().waitFor();
  await page.getByRole("heading", { name: "Drift" }).waitFor();
  await page.getByText("too early to say").waitFor();
  await assertForEverybody(page, "models");

  const [report] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "report" }).first().click(),
  ]);
  for (const name of REPORTED) await report.getByRole("heading", { name, exact: true }).waitFor();
  assert.ok((await report.locator("figure svg").count()) >= 1, "calibration");
  for (const name of ["this model", "majority", "last value", /^text alone/]) await report.getByRole("cell", { name }).first().waitFor();
  assert.notEqual(await report.locator("body").evaluate((body) => getComputedStyle(body).maxWidth), "none", "its styles");
  // its policy lets no script run, axe's neither
  const copy = await newPage(browser);
  await copy.setContent(await report.content());
  await assertForEverybody(copy, "report");
  await copy.close();
  await report.close();
});

test("what were messages about that the model was unsure of? What a person says is kept, and can be taken back", async () => {
  const { labelled } = await get("/responses/v1/labels/questions?count=1");
  const until = (n) =>
    page.waitForFunction(
      async (wanted) => (await (await fetch("/api/responses/v1/labels/questions?count=1")).json()).labelled === wanted,
      n,
    );
  await open("label");
  await page.locator("blockquote").waitFor();
  await assertForEverybody(page, "label");
  await page.keyboard.press("2");
  await page.getByText(/^(Message 2 of|These were all)/).waitFor();
  await until(labelled + 1);
  const { acts } = await get("/responses/v1/audit?action=message_labelled");
  assert.equal(acts[0].detail, "before: none; after: refund");

  await page.keyboard.press("u");
  await page.getByText(/^Message 1 of/).waitFor();
  await until(labelled);
});

test("which rules speak, and which never?", async () => {
  await open("playbook");

  await page.locator(".answer", { hasText: "support" }).getByText(/spoken/).waitFor();
  const greeting = page.locator(".card", { has: page.getByRole("heading", { name: "Greeting", exact: true }) });
  await greeting.locator(".label", { hasText: "order-status" }).first().waitFor();
  await page.locator(".card", { has: page.getByRole("heading", { name: "Segments" }) }).locator(".amount").first().waitFor();
  await page.getByRole("group", { name: "Features" }).getByText("messages_1h").waitFor();
  await assertForEverybody(page, "playbook");
});

test("which events were refused? The sample stands beside its mistake", async () => {
  await open("dead-letters");
  await post("/gateway/v1/events", {
    events: [{ eventId: crypto.randomUUID(), type: "clicked", userId: `${CUSTOMER}-bad`, channel: "web" }],
  });

  const sample = page.locator(".sample", { hasText: `${CUSTOMER}-bad` }).first();
  for (let tries = 0; tries < 30 && !(await sample.count()); tries++) {
    await page.waitForTimeout(1_000);
    await open("dead-letters");
  }
  await sample.waitFor();
  assert.match(await sample.locator(".mistake").textContent(), /clicked/);
  await assertForEverybody(page, "dead letters");
});

test("a refused event is corrected and sent again, and counts", async () => {
  await open("dead-letters");
  const sample = page.locator(".sample", { hasText: `${CUSTOMER}-bad` }).first();
  await sample.getByRole("button", { name: "Correct and send" }).click();
  const dialog = page.getByRole("dialog");
  const field = dialog.getByLabel("The event, as JSON");
  const sent = JSON.parse(await field.inputValue());
  await assertForEverybody(page, "correction");

  await field.fill("{no json");
  await dialog.getByRole("button", { name: "Send it" }).click();
  await dialog.getByText("This is no JSON").waitFor();
  await field.fill(JSON.stringify({ ...sent, clicked: { element: "open-chat" } }));
  await dialog.getByRole("button", { name: "Send it" }).click();
  await sample.getByText("Sent again and accepted").waitFor();

  await open(`users/${CUSTOMER}-bad`);
  await page.getByRole("heading", { name: "History" }).waitFor();
});

test("a user is erased with a proof of each store, and nothing of it stays on screen", async () => {
  await open(`users/${CUSTOMER}`);
  await page.getByText(saidByBot).first().waitFor();
  assert.equal(await page.getByText(HOSTILE).count(), 0);
  await page.getByRole("link", { name: "Show the whole history" }).click();
  await page.getByText(HOSTILE).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download everything stored" }).click(),
  ]);
  const stored = JSON.parse(await readFile(await file.path(), "utf8"));
  assert.ok(stored.stored.history.events.some((event) => event.message_sent?.text === HOSTILE));
  assert.ok(stored.recent.conversations.length > 0);
  await assertForEverybody(page, "user");

  await page.getByRole("button", { name: "Erase this user" }).click();
  await page.getByRole("dialog").getByText("can’t be undone").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Erase" }).click();
  await page.locator(".badge", { hasText: "complete" }).waitFor();

  assert.ok((await page.locator("tbody tr").count()) > 3);
  assert.ok(!(await page.locator("body").textContent()).includes(CUSTOMER));
  assert.ok(!page.url().includes(CUSTOMER));
  await assertForEverybody(page, "erasure");
  for (const list of [`users////${CUSTOMER}`, `conversations/${CUSTOMER}`]) {
    await open(list);
    await page.getByRole("link", { name: `${CUSTOMER}-talks`, exact: true }).waitFor();
    assert.equal(await page.getByRole("link", { name: CUSTOMER, exact: true }).count(), 0, list);
  }
});

test("who erased whom? The audit log says who, what and when", async () => {
  await open("audit/erasures");

  const erased = page.getByRole("row", { name: /erased a user/ }).first();
  for (let tries = 0; tries < 30 && !(await erased.count()); tries++) {
    await page.waitForTimeout(1_000);
    await open("audit/erasures");
  }
  await erased.waitFor();
  assert.match(await erased.textContent(), /local/);
  assert.ok(!(await page.locator("body").textContent()).includes(CUSTOMER));
  await page.getByLabel("Done to the user with the id").fill(CUSTOMER);
  await page.getByLabel("Done to the user with the id").press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  await page.getByRole("link", { name: "looks at users" }).click();
  await page.getByRole("row", { name: /read a user’s history/ }).first().waitFor();
  await assertForEverybody(page, "audit");
});

test("a person gets to every page with the keyboard, also on a phone", async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  await open("overview");

  await page.getByRole("button", { name: "Menu" }).press("Enter");
  await page.getByRole("link", { name: "Audit" }).press("Enter");
  await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();

  assert.equal(await page.locator("#pages").isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "page");
});

test("no page had an error", () => assert.deepEqual(page.troubles, []));
