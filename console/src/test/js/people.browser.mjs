/** Users, erasures, audit and sessions in states that a young stack is not in. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";
import { answering, held } from "./answers.mjs";
import { assertForEverybody, goTo, launch, newPage, open, url } from "./browser.mjs";
import { row as kpiRow } from "./kpi-rows.mjs";
import { MODELS } from "./model-states.mjs";
import { conversation, SEGMENTS, user } from "./recent-states.mjs";

let browser;
let page;
let services;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
  services = await answering(page);
});

after(() => browser.close());

beforeEach(() => services.say({}));

/** What the browser itself notes of an answer that is made to fail. */
const forgive = (status) => (page.troubles = page.troubles.filter((one) => !one.includes(status)));

const KNOWN = {
  userId: "ada",
  features: { messages_1h: 2, session_seconds: 190 },
  segments: ["new_user"],
  arms: { "personalized-greeting": "treatment" },
  prediction: {
    label: "order_status",
    probabilities: { order_status: 0.8, refund: 0.2 },
    model: { name: "intent", version: "2026-01-02.1" },
    eventToken: "t",
    ageMs: 5,
  },
};

const store = (name, more) => ({ store: name, how: "deleted", erasedAt: null, expiresAt: null, ...more });
const AT = "2026-11-29T10:00:00Z";
const NO_TALK = { conversations: [], found: 0, segments: [], complete: true };

const RECEIPT = {
  receiptId: "r-1",
  requestedAt: AT,
  complete: false,
  stores: [store("predictions", { erasedAt: AT }), store("user-state", {})],
};
const DONE = { ...RECEIPT, complete: true, stores: RECEIPT.stores.map((one) => ({ ...one, erasedAt: AT })) };

test("while an erasure is under way neither Escape nor Cancel nor the way back loses its receipt", async () => {
  const erasing = held(RECEIPT);
  services.say({
    "/responses/v1/conversations": NO_TALK,
    "/responses/v1/users/ada": (_, request) => (request.method() === "DELETE" ? erasing.answer() : KNOWN),
    "/responses/v1/erasures/r-1": DONE,
  });
  await open(page, "users");
  await page.evaluate(() => (location.hash = "#/users/ada"));
  await page.getByRole("button", { name: "Erase this user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Erase" }).click();
  await dialog.getByText("Under way").waitFor();

  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await dialog.getByRole("button", { name: "Cancel" }).isDisabled(), true);
  await page.goBack();
  await page.waitForFunction(() => location.hash === "#/users");
  assert.equal(await dialog.isVisible(), true);
  erasing.release();

  await page.getByRole("heading", { name: "Erased", exact: true }).waitFor();
  assert.match(page.url(), /#\/erasures\/r-1$/);
  assert.equal(services.changes.length, 1);
});

test("the way back closes a question that was not answered, and changes nothing", async () => {
  services.say({ "/responses/v1/users/ada": KNOWN, "/responses/v1/conversations": NO_TALK });
  await open(page, "audit");
  await page.evaluate(() => (location.hash = "#/users/ada"));
  await page.getByRole("button", { name: "Erase this user" }).click();
  await page.getByRole("dialog").waitFor();

  await page.goBack();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();
  assert.deepEqual(services.changes, []);
});

test("a proof goes on when the service is away for a while, and says so", async () => {
  const path = "/responses/v1/erasures/r-1";
  services.say({ [path]: RECEIPT });
  await open(page, "erasures/r-1");
  await page.getByText("1 of 2 stores").waitFor();

  for (const away of [{ status: 503, json: { detail: "The list is being read." } }, { status: 502, json: { detail: "responses does not answer." } }]) {
    services.to[path] = away;
    await page.getByText(`${away.json.detail} The erasure goes on`).waitFor();
    assert.equal(await page.getByText("1 of 2 stores").count(), 1, "what is known stays");
    services.to[path] = undefined;
    await page.getByText("The erasure goes on").waitFor({ state: "detached" });
  }
  services.to[path] = DONE;
  await page.getByRole("heading", { name: "Erased", exact: true }).waitFor();
  await assertForEverybody(page, "proof");
  forgive("status of 50");
});

const erased = (i, more) => ({
  id: `a-${i}`,
  at: AT,
  service: "response-api",
  actor: "user:ed",
  via: "key:local-secret",
  address: "203.0.113.9",
  action: "erase",
  outcome: "allowed",
  subject: `user:${"0123456789abcdef".repeat(4)}`,
  detail: null,
  ...more,
});

test("the service filters and pages the audit log, so that looks hide no erasure", async () => {
  const asked = [];
  services.say({
    "/responses/v1/audit": (query) => {
      asked.push(query);
      const acts = query.get("before") ? [erased(2)] : [erased(1, query.has("action") ? {} : { action: "users_listed", subject: null })];
      return { acts, next: query.get("before") ? null : "1.a-1", complete: true };
    },
  });
  await open(page, "audit");
  await page.getByRole("link", { name: "erasures" }).click();
  await page.getByRole("row", { name: /erased a user/ }).waitFor();
  assert.deepEqual(asked.at(-1).getAll("action"), ["erase"]);

  await page.getByRole("button", { name: "Show older ones" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
  assert.equal(asked.at(-1).get("before"), "1.a-1");
  assert.equal(await page.getByRole("button", { name: "Show older ones" }).count(), 0);
  await assertForEverybody(page, "erasures in the audit log");

  await page.getByLabel("Done to the user with the id").fill("ada/1");
  await goTo(page, "#/audit/erasures//ada%2F1", () => page.keyboard.press("Enter"));
  await page.getByRole("row", { name: /erased a user/ }).waitFor();
  assert.equal(asked.at(-1).get("userId"), "ada/1");
  assert.equal(await page.evaluate(() => document.activeElement.name), "userId");
});

const HOUR = 3_600_000;
const START = Date.now() - 40 * 24 * HOUR;
const at = (millis) => new Date(START + millis).toISOString();

/** So many visits of three lines; the last one has no finished session yet. */
function history(visits) {
  const events = [];
  const decisions = [];
  const sessions = [];
  for (let i = 0; i < visits; i++) {
    const from = i * 2 * HOUR;
    events.push({ eventId: `m-${i}`, type: "message_sent", userId: "ada", occurredAt: at(from), message_sent: { text: `message ${i}` } });
    decisions.push({ decisionId: `d-${i}`, decidedAt: at(from + 1_000), slot: "reply", text: `reply ${i}`, personalized: true, reason: "rule:refund", experiment: null, variant: null });
    events.push({ eventId: `f-${i}`, type: "feedback", userId: "ada", occurredAt: at(from + 60_000), feedback: { kind: "csat", score: 4 } });
    if (i < visits - 1)
      sessions.push({ sessionId: null, startedAt: at(from), endedAt: at(from + 60_000), closedBy: "gap", events: 2, messages: 1, agentReplies: 0, automatedReplies: 0, issuesOpened: 1, issuesResolved: 1, csat: 4, channel: "web", segments: [], decisionIds: [`d-${i}`] });
  }
  return { events, decisions, sessions, segmentChanges: [], complete: false, since: at(0) };
}

test("what is known of a user is there at once, the whole history when a person asks for it", async () => {
  const reading = held({ ...KNOWN, history: history(400) });
  const asked = [];
  services.say({
    "/responses/v1/conversations": (query) => {
      asked.push(query.get("userId"));
      return { ...NO_TALK, conversations: [conversation(1, { userId: "ada" })], found: 1 };
    },
    "/responses/v1/users/ada": (query) => (query.get("history") ? reading.answer() : KNOWN),
  });
  await open(page, "users/ada");
  await page.getByText("Looking for order 1234, Ada?").waitFor();
  assert.deepEqual(asked, ["ada"]);

  await page.getByRole("link", { name: "Show the whole history" }).click();
  await page.getByRole("heading", { name: "Intent" }).waitFor();
  assert.equal(await page.getByText("message 399", { exact: true }).count(), 0);
  reading.release();
  await page.getByText("message 399", { exact: true }).waitFor();

  assert.ok((await page.locator(".visit li").count()) <= 200);
  assert.equal(await page.getByText("rated 4 of 5").first().isVisible(), true);
  assert.equal(await page.locator(".visit").first().locator(".badge").count(), 0, "no session is known of it");
  await page.locator(".visit").nth(1).getByText("solved").waitFor();
  await page.getByText("what is older than").waitFor();
  await page.getByRole("button", { name: /^Show \d+ older visits$/ }).click();
  await page.waitForFunction(() => document.querySelectorAll(".visit li").length > 200);
  await assertForEverybody(page, "a long history");
});

test("a history that can't be read now fails alone, and can be tried again", async () => {
  let answer = { status: 503, json: { detail: "Other histories are being read. Try again in a moment." } };
  services.say({ "/responses/v1/users/ada": (query) => (query.get("history") ? answer : KNOWN) });
  await open(page, "users/ada/all");

  await page.getByText("Other histories are being read").waitFor();
  await page.getByRole("heading", { name: "Intent" }).waitFor();
  answer = { ...KNOWN, history: history(1) };
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("message 0", { exact: true }).waitFor();
  forgive("status of 503");
});

test("a file with everything stored about a user is saved, also by who may only look", async () => {
  services.say({
    "/me": { name: "vera", mayEdit: false, signedIn: true },
    "/responses/v1/conversations": { ...NO_TALK, conversations: [conversation(1, { userId: "ada" })], found: 1 },
    "/responses/v1/users": { users: [user(1)], found: 1, segments: [], complete: true },
    "/responses/v1/users/ada": (query) => (query.get("history") ? { ...KNOWN, history: history(2) } : KNOWN),
  });
  await open(page, "users/ada");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download everything stored" }).click(),
  ]);

  assert.equal(file.suggestedFilename(), "attune-user-ada.json");
  const saved = JSON.parse(await readFile(await file.path(), "utf8"));
  assert.equal(saved.stored.history.events.length, 4);
  assert.equal(saved.stored.features.session_seconds, 190);
  assert.equal(saved.recent.conversations.length, 1);
  await page.getByText("There was more than is read at once").waitFor();
});

test("a session that is over leads to the form, and from there back to the page", async () => {
  services.say({ "/inference/v1/models": MODELS.alone });
  await open(page, "audit");
  const over = (route) => route.fulfill({ status: 401 });
  await page.route("**/pages/models.js", over);
  services.to["/me"] = { status: 401 };

  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();

  assert.equal(page.url(), `${url}/login#/models`);
  await page.unroute("**/pages/models.js", over);
  forgive("status of 401");
});

test("a stream that is refused since the session is over leads to the form, too", async () => {
  services.say({ "/overview": { status: 401 }, "/me": { name: "ed", mayEdit: true, signedIn: true } });
  await open(page, "audit");
  await page.evaluate(async () => {
    const { listen } = await import("./api.js");
    globalThis.listening = listen("/overview", "look", () => {}, new AbortController().signal);
  });
  services.to["/me"] = { status: 401 };

  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal(page.url(), `${url}/login#/audit`);
  forgive("status of 401");
});

test("everybody can sign in, also after a mistake", async () => {
  for (const [address, says] of [["login", null], ["login?error", "Name or password is wrong."], ["login?wait=8", "Try again in 8 s."]]) {
    await page.goto("about:blank");
    await page.goto(`${url}/${address}`);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    assert.equal(await page.getByRole("alert").count(), says ? 1 : 0);
    if (says) await page.getByText(says).waitFor();
    await assertForEverybody(page, address);
  }
});

test("before it is known who looks nothing flashes, and a viewer keeps the playground's link", async () => {
  const me = held({ name: "vera", mayEdit: false, signedIn: true });
  services.say({ "/me": me.answer, "/responses/v1/users/ada": KNOWN, "/responses/v1/conversations": NO_TALK });
  await open(page, "users/ada");

  assert.equal(await page.getByRole("button", { name: "Erase this user" }).isVisible(), false);
  me.release();
  await page.getByText("vera (view only)").waitFor();
  assert.equal(await page.getByRole("button", { name: "Erase this user" }).isVisible(), false);
  assert.equal(await page.getByRole("link", { name: "Playground" }).isVisible(), true);
});

test("a choice keeps the keyboard where it was, and arrow keys go through a list in peace", async () => {
  let asked = 0;
  services.say({
    "/responses/v1/users": () => {
      asked++;
      return { users: [user(1)], found: 1, segments: SEGMENTS, complete: true };
    },
    "/responses/v1/kpis": (query) => ({
      by: query.get("by"),
      from: query.get("from"),
      to: query.get("to"),
      rows: [kpiRow(query.get("by") === "all" ? "all" : "web", {})],
    }),
  });
  await open(page, "users");
  await page.getByLabel("Segment").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(asked, 1);
  assert.equal(await page.getByLabel("Segment").inputValue(), "frustrated");
  await goTo(page, "#/users//frustrated//", () => page.keyboard.press("Tab"));
  await page.waitForFunction(() => document.activeElement.name === "hours");

  await open(page, "kpis");
  await page.getByRole("link", { name: "by channel" }).focus();
  await goTo(page, "#/kpis/channel/7", () => page.keyboard.press("Enter"));
  await page.waitForFunction(() => document.activeElement.textContent === "by channel");
});

test("whoever goes from a list to one of it begins at its top, with the keyboard, too", async () => {
  services.say({
    "/responses/v1/users": { users: Array.from({ length: 50 }, (_, i) => user(i)), found: 50, segments: SEGMENTS, complete: true },
    "/responses/v1/users/customer-40": KNOWN,
    "/responses/v1/conversations": NO_TALK,
  });
  await open(page, "users");
  await page.getByRole("link", { name: "customer-40", exact: true }).press("Enter");
  await page.getByRole("heading", { name: "Intent" }).waitFor();

  assert.equal(await page.evaluate(() => scrollY), 0);
  assert.equal(await page.evaluate(() => document.activeElement.id), "page");
});

test("why this reply? In words, and where there is none, how to find one", async () => {
  services.say({
    "/responses/v1/decisions/d-1": {
      decisionId: "d-1",
      userId: "ada",
      decidedAt: AT,
      slot: "handoff_note",
      text: "Looking for order 1234?",
      templateId: "greeting.order-status",
      personalized: true,
      reason: "rule:order-status",
      prediction: { ...KNOWN.prediction, contributions: { messages_1h: 0.5 } },
      features: KNOWN.features,
      segments: ["new_user"],
      explanation: [
        "Model intent 2026-01-02.1 expected `order_status` (80 %), as of an event received 5 ms before.",
        "The user was in: new_user.",
        "`order-status` was the first rule of slot `handoff_note` to hold, so `greeting.order-status` was said.",
      ],
    },
  });
  await open(page, "decisions/d-1");

  const text = await page.locator("main").innerText();
  assert.match(text, /expected order status \(80 %\)/);
  assert.match(text, /The user was in: new user\./);
  assert.match(text, /Rule order status/);
  assert.match(text, /session seconds\s+3\.2 min/);
  assert.ok(!/order_status|new_user|messages_1h|rule:/.test(text), text);
  await assertForEverybody(page, "a decision");

  await open(page, "decisions/none");
  await page.getByText("There is no such decision").waitFor();
  await page.getByRole("link", { name: "Conversations", exact: true }).last().click();
  await page.getByRole("heading", { name: "Conversations", level: 1 }).waitFor();
});

test("a correction sends what stands there: no field is dropped and no number rounded", async () => {
  const original = '{"eventId":"e-1","eventId":"e-1","type":"message_sent","userId":"u","order":12345678901234567890,"message_sent":{"text":"mail me at [email]"}}';
  const reason = { code: "duplicate_key", field: "eventId", source: "ingest-gateway", letters: 1, newest: AT };
  const sample = { detail: "is there twice", receivedAt: AT, eventId: "e-1", original, bytes: original.length };
  let sent;
  services.say({
    "/responses/v1/dead-letters": { letters: 1, oldest: AT, complete: true, reasons: [{ ...reason, samples: [sample] }] },
    "/gateway/v1/events": (_, request) => {
      sent = request.postData();
      return { accepted: 1 };
    },
  });
  await open(page, "dead-letters");
  assert.deepEqual(await page.locator("mark").allTextContents(), ['  "eventId": "e-1",', '  "eventId": "e-1",']);

  await page.getByRole("button", { name: "Correct and send" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("[email] stands where a customer’s data stood").waitFor();
  await dialog.getByText("would count as an event of now").waitFor();
  await assertForEverybody(page, "a correction with warnings");
  const field = dialog.getByLabel("The event, as JSON");
  const text = (await field.inputValue()).replace('  "eventId": "e-1",\n', '  "occurredAt": "2026-01-02T10:00:00Z",\n');
  await field.fill(text);
  await dialog.getByText("would count as an event of now").waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Send it" }).click();
  await page.getByText("Sent again and accepted").waitFor();

  assert.equal(sent, `{"events":[${text}]}`);
  assert.ok(sent.includes("12345678901234567890"));
});

test("a version that training left a report of leads to it, in another tab", async () => {
  const [first, second, ...others] = MODELS.both.versions;
  const withReport = { ...second, facts: { ...second.facts, hasReport: true } };
  services.say({
    "/inference/v1/models": { ...MODELS.both, versions: [first, withReport, ...others] },
    "/inference/v1/drift": MODELS.early,
  });
  await open(page, "models");
  const link = page.getByRole("row", { name: new RegExp(`^${second.version}`) }).getByRole("link", { name: "report" });

  assert.equal(await link.getAttribute("href"), `/api/inference/v1/models/${second.version}/report`);
  assert.equal(await link.getAttribute("target"), "_blank");
  assert.equal(await page.getByRole("link", { name: "report" }).count(), 1);
  await assertForEverybody(page, "models with a report");
});

test("no page had an error", () => assert.deepEqual(page.troubles, []));
