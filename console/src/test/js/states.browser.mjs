/** Pages in states that a young stack is not in: what the services would say is made up here. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answering } from "./answers.mjs";
import { assertForEverybody, goTo, launch, newPage, open, tooltipAt, url } from "./browser.mjs";
import { BREAKDOWNS, EFFECTS, ENTRY, REPORTS, STATES } from "./experiment-states.mjs";
import { row } from "./kpi-rows.mjs";
import { DRIFT_OVER_TIME, MODELS } from "./model-states.mjs";
import { SEGMENT_SIZES, PLAYBOOK } from "./playbook-states.mjs";
import { CONVERSATIONS, SEGMENTS, user } from "./recent-states.mjs";

let browser;
let page;
let services;
let answers;
let changes;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
  services = await answering(page);
});

after(() => browser.close());

function say(more) {
  services.say(more);
  ({ to: answers, changes } = services);
}

const experiment = (name) => ({
  "/responses/v1/experiments": { experiments: [{ ...ENTRY, status: REPORTS[name].status }] },
  "/responses/v1/experiments/personalized-greeting/results": REPORTS[name],
  "/responses/v1/experiments/personalized-greeting/state": STATES.asFile,
  "/inference/v1/models": MODELS.alone,
});

test("may I conclude, and what is it worth? A winner says minutes and range", async () => {
  say(experiment("winner"));
  await open(page, "experiments");

  await page.getByText("It helps").waitFor();
  await page.getByText("−2 min", { exact: true }).waitFor();
  await page.locator(".worth").getByText("between −3 min and −1 min").waitFor();
  await assertForEverybody(page, "list of experiments");
  await page.getByRole("link", { name: "Personalized greeting" }).click();
  await page.getByRole("cell", { name: /^42 %|42 %$/ }).first().waitFor();
  await page.getByText("−11 points").waitFor();
  await page.getByText("seconds that people spent answering").waitFor();
  await page.getByText("would be found in 80 of 100 cases").waitFor();
  await assertForEverybody(page, "winner");
});

test("how did the difference come to be? Over time, with the band that leaves zero behind", async () => {
  say({ ...experiment("winner"), "/experiments/personalized-greeting/effects": EFFECTS });
  await open(page, "experiments/personalized-greeting");

  const chart = page.getByRole("img", { name: /^Treatment: −2 min now, between −3 min and −1 min/ });
  await chart.waitFor();
  await chart.locator("canvas").waitFor();
  assert.match(await chart.getAttribute("aria-label"), /at first, between −6.7 min and \+5.3 min$/);
  const tooltip = await tooltipAt(chart, 0.5);
  await tooltip.getByText("−2 min", { exact: true }).waitFor();
  await tooltip.getByText("at least").waitFor();
  await assertForEverybody(page, "effect over time");
});

test("for whom does it help? By channel and segment, in the metric that is chosen", async () => {
  const breakdown = (asked) => BREAKDOWNS[asked.get("by")];
  say({ ...experiment("winner"), "/responses/v1/experiments/personalized-greeting/breakdown": breakdown });
  await open(page, "experiments/personalized-greeting");

  const card = page.locator("section.card", { has: page.getByRole("heading", { name: "For whom" }) });
  const web = card.getByRole("row", { name: /^web/ });
  await web.locator(".up").getByText("−2 min", { exact: true }).waitFor();
  await card.getByRole("row", { name: /^voice.*Fewer than 100 users/ }).waitFor();
  await card.getByRole("row", { name: /^not known/ }).waitFor();
  await card.getByRole("row", { name: /^in none/ }).getByText("+20 s", { exact: true }).waitFor();
  const help = card.getByRole("row", { name: /^needs help/ });
  await help.locator(".up").waitFor();

  await card.getByLabel("Metric").selectOption({ label: "Csat" });

  await help.locator(".down").getByText("−0.7", { exact: true }).waitFor();
  await assertForEverybody(page, "breakdown");
});

test("while windows are open it says what is known and when there is more", async () => {
  say(experiment("open"));
  await open(page, "experiments/personalized-greeting");

  await page.getByText("You may not conclude yet.").waitFor();
  await page.getByText("The first ones are over in about 22 hours.").first().waitFor();
  await page.getByText("295 take part, 0 are over").waitFor();
  await page.getByText("0 of 200").waitFor();
  assert.equal(await page.getByText(/too few/i).count(), 0);
  await assertForEverybody(page, "open windows");
});

test("before a window closes: how the arms' conversations go, in points, with a warning", async () => {
  const arm = (variant, more) => row(`personalized-greeting/${variant}`, { conversations: 50, ...more });
  say({
    ...experiment("open"),
    "/responses/v1/kpis": (asked) => ({
      rows:
        asked.get("by") === "arm"
          ? [arm("control", { assisted: 0.6, handling: 90 }), arm("treatment", { assisted: 0.34, handling: 60 }), row("other/a")]
          : [],
    }),
  });
  await open(page, "experiments");
  const glance = page.locator(".glance");
  await glance.getByText("So far: a look, not a verdict").waitFor();
  await glance.getByRole("row", { name: /^Settled without a person 40 %/ }).locator(".up").getByText("▲ 26 points").waitFor();
  await assertForEverybody(page, "so far in the list");
  await open(page, "experiments/personalized-greeting");

  const card = page.locator("section.card", { has: page.getByRole("heading", { name: "How their conversations go" }) });
  const settled = card.getByRole("row", { name: /^Settled without a person 40 %/ });
  await settled.locator(".up").getByText("▲ 26 points").waitFor();
  await card.getByRole("row", { name: /^Handling time/ }).locator(".up").getByText("▼ 33 %").waitFor();
  await card.getByText("A look, not a verdict").waitFor();
  await assertForEverybody(page, "arms so far");
});

test("of three arms the small one is told, too, and a part that fails leaves the others", async () => {
  const three = structuredClone(REPORTS.winner);
  three.metrics.forEach((metric) => metric.values.push({ variant: "calm", users: 40, value: null, adjusted: true }));
  three.arms.push({ variant: "calm", exposed: 40, expected: 40, finished: 40, weight: 0.01, eventLoss: 0 });
  say({
    ...experiment("winner"),
    "/responses/v1/experiments/personalized-greeting/results": three,
    "/responses/v1/experiments/personalized-greeting/state": () => ({ rejects: { reason: "not now" } }),
  });
  await open(page, "experiments/personalized-greeting");

  await page.getByText("Handling time, calm: too few of its 40 users differ").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await page.getByText("It helps").waitFor();
  page.troubles = page.troubles.filter((one) => !one.includes("400"));
});

test("sizes that contradict the weights are said before anything else", async () => {
  say(experiment("mismatch"));
  await open(page, "experiments/personalized-greeting");

  await page.getByText("Not to be trusted").waitFor();
  await page.getByText("sizes don’t fit").waitFor();
  assert.equal(await page.locator(".worth").count(), 0);
});

const STATE = "/responses/v1/experiments/personalized-greeting/state";

test("an experiment is stopped with a reason, what happens is said before, and taken back", async () => {
  say(experiment("winner"));
  await open(page, "experiments/personalized-greeting");
  const state = page.locator(".card", { has: page.getByRole("heading", { name: "Start, stop and weights" }) });
  await state.getByText("New users: control 50 %, treatment 50 %.").waitFor();
  assert.equal(await state.getByRole("button", { name: "Back to the file" }).count(), 0);

  await state.getByRole("button", { name: "Stop" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("From now on nobody gets an arm of it.").waitFor();
  await dialog.getByText("The 4,000 users who are in it already are followed").waitFor();
  await dialog.getByRole("button", { name: "Stop it" }).click();
  assert.deepEqual(changes, [], "a reason is needed");
  await assertForEverybody(page, "the question about a stop");
  answers[STATE] = STATES.stopped;
  await dialog.getByRole("textbox").fill("customers complain");
  await dialog.getByRole("button", { name: "Stop it" }).click();
  await dialog.waitFor({ state: "detached" });

  assert.deepEqual(changes, [["POST", `/api${STATE}`, { action: "stop", reason: "customers complain" }]]);
  await state.getByText("stopped", { exact: true }).waitFor();
  await state.getByText(/Stopped on .* by the key crm, because: .*customers complain about the greeting/).waitFor();
  await state.getByText("so this is passed over").waitFor();
  await state.getByText("experiments.yaml says: running, control 50 %, treatment 50 %.").waitFor();
  assert.equal(await state.getByRole("button", { name: "Start" }).count(), 1);
  await assertForEverybody(page, "a stopped experiment");

  await state.getByRole("button", { name: "Back to the file" }).click();
  await dialog.getByText("That holds again").waitFor();
  await dialog.getByRole("textbox").fill("fixed");
  answers[STATE] = STATES.asFile;
  await dialog.getByRole("button", { name: "Back to the file" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(changes[1][2], { action: "reset", reason: "fixed" });
  await state.getByText("running", { exact: true }).waitFor();
});

test("weights are set in percent, and only such as are 100 together", async () => {
  say(experiment("open"));
  await open(page, "experiments/personalized-greeting");
  await page.getByRole("button", { name: "Change weights" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Only new users follow the new weights.").waitFor();
  await dialog.getByText("The 605 users who are in it already stay in their arm.").waitFor();
  await dialog.getByRole("textbox").fill("it helps, more of it");
  await dialog.getByLabel("control, percent of new users").fill("10");
  await dialog.getByText("Together 60 %").waitFor();
  await dialog.getByRole("button", { name: "Change the weights" }).click();
  assert.deepEqual(changes, [], "60 % are not all");
  await dialog.getByLabel("treatment, percent of new users").fill("90");
  await dialog.getByText("Together 100 %").waitFor();
  await assertForEverybody(page, "the question about weights");
  answers[STATE] = STATES.weighed;
  await dialog.getByRole("button", { name: "Change the weights" }).click();
  await dialog.waitFor({ state: "detached" });

  assert.deepEqual(changes, [
    ["POST", `/api${STATE}`, { action: "weights", weights: { control: 0.1, treatment: 0.9 }, reason: "it helps, more of it" }],
  ]);
  await page.getByText("New users: control 10 %, treatment 90 %.").waitFor();
  await page.getByText(/Weights set to control 10 %, treatment 90 % on .* by ed/).waitFor();
});

test("a refused change is told, a bandit’s weights aren’t offered, and a viewer only looks", async () => {
  say({ ...experiment("open"), [STATE]: STATES.bandit });
  await open(page, "experiments/personalized-greeting");
  await page.getByText("The weights can’t be set by hand: a bandit sets the weights.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Change weights" }).count(), 0);
  answers[STATE] = undefined;
  await page.getByRole("button", { name: "Stop" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("a drill");
  await dialog.getByRole("button", { name: "Stop it" }).click();
  await dialog.getByText("Not here.").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  say({ ...experiment("open"), [STATE]: STATES.weighed, "/me": { name: "vera", mayEdit: false, signedIn: true } });
  await open(page, "experiments/personalized-greeting");
  await page.getByText("You may only look").waitFor();
  await page.getByText("because: ").waitFor();
  assert.equal(await page.getByRole("button", { name: /Stop|weights|file/ }).count(), 0);
  await assertForEverybody(page, "a viewer's experiment");
});

test("a stopped experiment is told in the list, and the holdout has no state", async () => {
  const list = experiment("winner");
  list["/responses/v1/experiments"].experiments[0].active = false;
  list[STATE] = undefined;
  say(list);
  await open(page, "experiments");
  await page.getByText("stopped", { exact: true }).waitFor();
  await open(page, "experiments/personalized-greeting");
  await page.getByText("It helps").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Start, stop and weights" }).count(), 0);
});

test("a playbook without experiments says how to add one", async () => {
  say({ "/responses/v1/experiments": { experiments: [] }, "/inference/v1/models": MODELS.alone });
  await open(page, "experiments");

  await page.getByText("Add one to experiments.yaml").waitFor();
});

test("a canary is compared without being named in a file", async () => {
  say({
    "/responses/v1/experiments": { experiments: [] },
    "/inference/v1/models": MODELS.both,
    "/responses/v1/experiments/canary%3A2026-02-02.1": { ...ENTRY, name: "canary:2026-02-02.1", status: "WINNER" },
    "/responses/v1/experiments/canary%3A2026-02-02.1/results": REPORTS.winner,
  });
  await open(page, "experiments");

  await page.getByText("2026-02-02.1 scores 10 % of the users").waitFor();
  await page.getByText("It helps").waitFor();
});

test("a version that is canary and shadow shows both, and a switch says what it does and why", async () => {
  say({
    "/inference/v1/models": MODELS.both,
    "/inference/v1/drift": MODELS.drifted,
    "/inference/v1/models/2026-02-02.1/promote": MODELS.alone,
  });
  await open(page, "models");

  const version = page.getByRole("row", { name: /^2026-02-02\.1/ });
  await version.getByText("canary").waitFor();
  await version.getByText("shadow").waitFor();
  await version.getByText("56.2 %").waitFor();
  await page.getByText("messages 7d: not what the model learned from").waitFor();
  await assertForEverybody(page, "models with a canary");

  await version.getByRole("button", { name: "Make live" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It scores all users from now on instead of 2026-01-02.1.").waitFor();
  await dialog.getByRole("button", { name: "Make live" }).click();
  assert.deepEqual(changes, [], "a reason is needed");
  await assertForEverybody(page, "the question");
  await dialog.getByRole("textbox").fill("better for two weeks");
  await dialog.getByRole("button", { name: "Make live" }).click();
  await dialog.waitFor({ state: "detached" });

  assert.deepEqual(changes, [
    ["POST", "/api/inference/v1/models/2026-02-02.1/promote", "better for two weeks"],
  ]);
});

test("since when has it drifted, and what? Over time, with the two limits, and a gap where it was too early", async () => {
  say({
    "/inference/v1/models": MODELS.both,
    "/inference/v1/drift": MODELS.drifted,
    "/models/2026-01-02.1/drift": DRIFT_OVER_TIME,
  });
  await open(page, "models");

  const chart = page.getByRole("img", { name: "Drift over time: at most 0.31, messages 7d; 0.31 now" });
  await chart.locator("canvas").waitFor();
  const card = page.locator(".card", { has: page.getByRole("heading", { name: "Drift", exact: true }) });
  assert.deepEqual(await card.locator(".legend li").allTextContents(), [
    "highest of all", "messages 7d", "clicks 30m", "last page", "worth a look: 0.1", "drifted: 0.25",
  ]);
  const says = async (share) => (await tooltipAt(chart, share)).locator("div").allTextContents();
  assert.deepEqual(await says(0.1), ["highest: clicks 30m0.0665", "messages 7d0.02", "clicks 30m0.0665", "last page0.0162"]);
  assert.deepEqual(await says(0.46), ["too early to say–", "messages 7d–", "clicks 30m–", "last page–"]);
  assert.match((await says(1))[0], /^highest: messages 7d0\.3/);
  await assertForEverybody(page, "drift over time");
});

test("right after a start it is too early to say, whatever was known before", async () => {
  const over = { times: DRIFT_OVER_TIME.times, highest: [...DRIFT_OVER_TIME.highest.slice(0, -1), null], features: DRIFT_OVER_TIME.features };
  say({ "/inference/v1/models": MODELS.both, "/inference/v1/drift": MODELS.early, "/models/2026-01-02.1/drift": over });
  await open(page, "models");
  await page.getByText("too early to say").waitFor();
  await page.getByRole("img", { name: /too early to say now$/ }).waitFor();

  answers["/models/2026-01-02.1/drift"] = { times: [1_772_000_000], highest: [0.1], features: { messages_7d: [0.1] } };
  await open(page, "models");
  await page.getByText("too early to say").waitFor();
  assert.equal(await page.locator(".plot").count(), 0, "one point is no line");
});

test("going back says which version serves then; without one there is nothing to go back to", async () => {
  say({ "/inference/v1/models": { ...MODELS.alone, before: "2025-12-24.3" }, "/inference/v1/drift": MODELS.early });
  await open(page, "models");
  await page.getByRole("button", { name: "Roll back" }).click();
  await page.getByRole("dialog").getByText("2025-12-24.3 becomes live again in place of").waitFor();
  await page.keyboard.press("Escape");

  say({ "/inference/v1/models": { ...MODELS.alone, before: null }, "/inference/v1/drift": MODELS.early });
  await open(page, "models");
  await page.getByText("too early to say").waitFor();
  assert.equal(await page.getByRole("button", { name: "Roll back" }).count(), 0);
});

test("a refusal is told in the question, and nothing is changed by Escape", async () => {
  say({ "/inference/v1/models": MODELS.both, "/inference/v1/drift": MODELS.early });
  await open(page, "models");
  await page.getByText("too early to say").waitFor();

  await page.getByRole("button", { name: "Roll back" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("This ends the canary").waitFor();
  await dialog.getByRole("textbox").fill("a drill");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await dialog.getByText("Not here.").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("a viewer sees everything and no button that changes something", async () => {
  say({
    "/me": { name: "vera", mayEdit: false, signedIn: true },
    "/inference/v1/models": MODELS.both,
    "/inference/v1/drift": MODELS.early,
  });
  await open(page, "models");
  await page.getByText("vera (view only)").waitFor();

  assert.equal(await page.getByRole("button", { name: /Make live|Roll back|End the/ }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Playground" }).count(), 1);
});

test("KPIs stand beside the period before", async () => {
  const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const report = (query) => {
    if (query.get("to") === day(0)) return { rows: [row(query.get("by") === "day" ? day(0) : "all", { median: 1200 })] };
    const isNow = query.get("to") === day(1);
    const shift = isNow ? 1 : 8;
    const median = isNow ? 600 : 900;
    const rows =
      query.get("by") === "day"
        ? [0, 1, 2, 3, 4].map((i) => row(day(i + shift), { median: median + 20 * i }))
        : [row(query.get("by") === "all" ? "all" : "order_status", { median, assisted: isNow ? 0.3 : 0.5 })];
    return { by: query.get("by"), from: query.get("from"), to: query.get("to"), rows };
  };
  say({ "/responses/v1/kpis": report });
  await open(page, "kpis");

  const tile = page.locator(".tile", { hasText: "Time to resolve" });
  assert.match(await tile.textContent(), /10 min▼ 33 % 15 min in the 7 days before ?today so far 20 min/);
  assert.equal(await tile.locator(".up").count(), 1);
  await (await tooltipAt(page.locator(".plot-area").first(), 0.5)).getByText("the 7 days before").waitFor();
  await page.getByRole("link", { name: "by intent" }).click();
  await page.getByRole("cell", { name: "Order status" }).waitFor();
  await assertForEverybody(page, "KPIs by intent");
});

test("KPIs by day stand beside each other by arm of an experiment", async () => {
  const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const days = (median) => [1, 2, 3].map((back) => row(day(back), { median: median + back }));
  say({
    ...experiment("open"),
    "/responses/v1/kpis": (asked) => ({
      rows: asked.get("by") === "all" ? [row("all")] : days(asked.get("arm")?.endsWith("/treatment") ? 60 : 120),
    }),
  });
  await open(page, "kpis");
  const byArm = page.getByRole("link", { name: "arms of personalized greeting" });
  await goTo(page, "#/kpis/day/7/personalized-greeting", () => byArm.click());

  const card = page.locator(".card", { has: page.getByRole("heading", { name: "Time to resolve (median)" }) });
  await card.locator(".legend", { hasText: "control" }).getByText("treatment").waitFor();
  await (await tooltipAt(card.locator(".plot-area"), 0.5)).getByText("treatment").waitFor();
  assert.equal(await page.locator(".legend", { hasText: "days before" }).count(), 0);
  await assertForEverybody(page, "KPIs by day and arm");
});

test("KPIs of an arm stand beside its control", async () => {
  const arm = (variant, more) => row(`personalized-greeting/${variant}`, more);
  say({
    ...experiment("open"),
    "/responses/v1/kpis": (asked) => ({
      rows: asked.get("by") === "arm" ? [arm("control", { assisted: 0.6 }), arm("treatment", { assisted: 0.34 })] : [row("")],
    }),
  });
  await open(page, "kpis/arm/7");

  const settled = page.locator(".card", { has: page.getByRole("heading", { name: "Settled without a person" }) });
  assert.deepEqual(await settled.locator(".label").allTextContents(), ["Personalized greeting: control", "Personalized greeting: treatment", "control"]);
  const treatment = page.getByRole("row", { name: /^Personalized greeting: treatment/ });
  await treatment.locator(".up").getByText("▲ 26 points").waitFor();
  const control = page.getByRole("row", { name: /^Personalized greeting: control/ });
  assert.equal(await control.locator(".up, .down").count(), 0);
  await assertForEverybody(page, "KPIs by arm");
});

test("a list of many users grows on demand, and says what it leaves out", async () => {
  const asked = [];
  say({
    "/responses/v1/users": (query) => {
      asked.push(Object.fromEntries(query));
      const users = Array.from({ length: 340 }, (_, i) => user(i));
      return { users: users.slice(0, Number(query.get("limit"))), found: 340, segments: SEGMENTS, complete: true };
    },
  });
  await open(page, "users");

  assert.equal(await page.locator("tbody tr").count(), 50);
  await assertForEverybody(page, "many users");
  await page.getByRole("button", { name: "Show more of 340" }).click();
  await page.getByText("the newest 200 of 340").waitFor();
  assert.equal(await page.locator("tbody tr").count(), 200);
  const choose = (list, label) => page.getByLabel(list).selectOption({ label });
  await goTo(page, "#/users//frustrated//", () => choose("Segment", "frustrated (14)"));
  await goTo(page, "#/users//frustrated/24/", () => choose("Active", "in the last day"));

  const last = asked.at(-1);
  assert.equal(last.segment, "frustrated");
  const since = Date.now() - Date.parse(last.since);
  assert.ok(Math.abs(since - 86_400_000) < 60_000, `${since}`);
});

test("conversations tell what came of them, and faults stand out", async () => {
  say({
    "/responses/v1/conversations": { conversations: CONVERSATIONS, found: 3, segments: SEGMENTS, complete: false },
  });
  await open(page, "conversations");

  const [on, solved, unsolved] = await page.locator("main section.card").all();
  await on.getByText("open", { exact: true }).waitFor();
  await on.getByText("treatment of Personalized greeting").waitFor();
  await solved.getByText("rated 5").waitFor();
  await solved.getByText("Control group of an experiment").waitFor();
  await unsolved.getByText("3 answers by people").waitFor();
  await unsolved.getByText("3 earlier replies").waitFor();
  assert.equal(await unsolved.locator(".down").textContent(), "Redis did not answer in time");
  await page.getByText("The list is still being read").waitFor();
  await assertForEverybody(page, "conversations of three kinds");
});

test("which rules speak? The playbook says which never did, and what is wrong with a newer one", async () => {
  say({ "/responses/v1/playbook": PLAYBOOK, "/overview": SEGMENT_SIZES });
  await open(page, "playbook");

  await page.getByText("1 rule has not spoken since the start").waitFor();
  await page.getByText("1 slot not asked for").waitFor();
  await page.getByText("1 feature never had a value").waitFor();
  const features = page.locator(".card", { has: page.getByRole("heading", { name: "Features" }) });
  assert.deepEqual(await features.locator(".features > span").allTextContents(), ["last_page category", "never", "clicks_24h number", "1,204", "words tokens", ""]);
  const greeting = page.locator(".card", { has: page.getByRole("heading", { name: "Greeting" }) });
  assert.deepEqual(await greeting.locator(".amount").allTextContents(), ["42", "not yet", "17", "3"]);
  await greeting.getByText("Redis did not answer in time").waitFor();
  const segments = page.locator(".card", { has: page.getByRole("heading", { name: "Segments" }) });
  assert.deepEqual(await segments.locator(".amount").allTextContents(), ["14", "nobody"]);
  await greeting.getByText("What they say, and when").click();
  await greeting.getByText('probabilities["refund"] > 0.6').waitFor();
  await greeting.getByText("Looking for order {{order}}?").waitFor();
  await greeting.getByText("Hello! How can I help?").waitFor();
  await segments.getByText("Who gets in, and out").click();
  await segments.getByText("csat_30d < 3.0").waitFor();
  await page.getByText("responses.yaml:12:9: rule refund").waitFor();
  await assertForEverybody(page, "playbook");

  say({ "/responses/v1/playbook": { ...PLAYBOOK, refused: ["features.yaml:3:1: is no list"] } });
  await open(page, "playbook");
  await page.getByText("A newer playbook is refused").waitFor();
  await page.getByText("feature-streams did not answer").first().waitFor();
});

test("what takes longer than a moment shows a spinner, what fails a way to try again", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  say({ "/responses/v1/dead-letters": async () => held });
  await page.goto("about:blank");
  await open(page, "decisions");
  await page.evaluate(() => (location.hash = "#/dead-letters"));
  const spinner = page.locator("#page > div:not(.waiting) .spinner");
  await spinner.waitFor({ state: "attached" });
  const opacityAfter = (millis) =>
    spinner.evaluate((one, at) => {
      const appearing = one.getAnimations().find((animation) => animation.animationName === "appear");
      appearing.pause();
      appearing.currentTime = at;
      return Number(getComputedStyle(one).opacity);
    }, millis);
  assert.equal(await opacityAfter(295), 0);
  assert.equal(await opacityAfter(600), 1);
  release({ letters: 0, oldest: null, reasons: [], complete: true });
  await page.getByText("No event was refused").waitFor();

  say({});
  await open(page, "dead-letters");
  await page.getByText("Not here.").waitFor();
  say({ "/responses/v1/dead-letters": { letters: 0, oldest: null, reasons: [], complete: true } });
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("No event was refused").waitFor();
});

test("a correction that is refused again says why, and stays to be mended", async () => {
  const original = '{"eventId":"e-1","type":"clicked","userId":"u","clicked":{}}';
  const reason = { code: "schema_invalid", field: "clicked", source: "ingest-gateway", letters: 1, newest: "2026-11-29T08:00:00Z" };
  const sample = { detail: "has no element", receivedAt: reason.newest, eventId: "e-1", original, bytes: original.length };
  say({
    "/responses/v1/dead-letters": { letters: 1, oldest: reason.newest, complete: true, reasons: [{ ...reason, samples: [sample] }] },
    "/gateway/v1/events": { rejects: { index: 0, field: "clicked.element", detail: "is missing" } },
  });
  await page.goto("about:blank");
  await open(page, "dead-letters");
  await page.getByRole("button", { name: "Correct and send" }).click();
  const dialog = page.getByRole("dialog");

  assert.equal(await dialog.locator(".mistake").textContent(), "clicked has no element");
  await dialog.getByRole("button", { name: "Send it" }).click();

  await dialog.getByText("clicked.element: is missing").waitFor();
  assert.deepEqual(changes, [["POST", "/api/gateway/v1/events", { events: [JSON.parse(original)] }]]);
  assert.equal(JSON.parse(await dialog.getByLabel("The event, as JSON").inputValue()).eventId, "e-1");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  // the browser notes what was refused on purpose
  page.troubles = page.troubles.filter((one) => !one.includes("400"));
});

const ASSIGNMENT = "/responses/v1/experiments/personalized-greeting/assignment";
const list = { experiments: [{ ...ENTRY, active: true, variants: ["control", "treatment"] }, { ...ENTRY, name: "holdout" }] };

test("customers are invented until one falls into the chosen arm, and the page says which that is", async () => {
  const asked = new Map();
  const arms = (query) => {
    const userId = query.get("userId");
    if (!asked.has(userId)) asked.set(userId, asked.size === 20 ? "treatment" : "control");
    return { experiment: ENTRY.name, userId, variant: asked.get(userId), slots: ["reply"] };
  };
  say({ "/responses/v1/experiments": list, [ASSIGNMENT]: arms });
  await page.goto("about:blank");
  await open(page, "playground/somebody");
  await page.locator(".arms").getByText("Personalized greeting: control").waitFor();
  await page.getByText("so the experiment stays true").waitFor();
  const choice = page.getByRole("combobox", { name: "Arm", exact: true });
  assert.deepEqual(await choice.locator("option").allTextContents(), [
    "as chance decides",
    "Personalized greeting: control",
    "Personalized greeting: treatment",
  ]);
  await assertForEverybody(page, "playground with arms");

  await choice.selectOption("Personalized greeting: treatment");
  await page.getByRole("button", { name: "New customer" }).click();

  await page.locator(".arms").getByText("Personalized greeting: treatment").waitFor();
  const [chosen] = [...asked].find(([, variant]) => variant === "treatment");
  assert.ok(chosen.startsWith("playground-"), chosen);
  assert.equal(new URL(page.url()).hash, `#/playground/${chosen}`);
  assert.equal(await choice.inputValue(), "Personalized greeting: treatment");
  assert.deepEqual(changes, [], "nobody has asked for a reply");
});

test("an arm that nobody falls into, and a customer without one, say why", async () => {
  const none = (query) => ({ experiment: ENTRY.name, userId: query.get("userId"), slots: [], reason: "coverage" });
  say({ "/responses/v1/experiments": list, [ASSIGNMENT]: none });
  await page.goto("about:blank");
  await open(page, "playground/one/other");
  await page.locator(".pair").getByText("No arm of Personalized greeting: not in its share of the users").first().waitFor();

  await page.getByRole("combobox", { name: "Arm, right" }).selectOption("Personalized greeting: control");
  await page.getByRole("button", { name: "Two new customers" }).click();

  await page.getByText("None of 600 invented customers falls into control: not in its share of the users.").waitFor();
  assert.equal(new URL(page.url()).hash, "#/playground/one/other");
});

test("what could not be sent is told once and tried again, and a reply that failed says why", async () => {
  say({ "/gateway/v1/events": { status: 502, json: { detail: "gateway does not answer." } } });
  await page.goto("about:blank");
  await open(page, "playground/somebody");
  const asked = [];
  const note = (request) => request.method() === "POST" && asked.push(request.headers());
  page.on("request", note);

  await page.getByPlaceholder("Write as the customer").fill("where is my order");
  await page.getByRole("button", { name: "Send", exact: true }).click();

  await page.locator(".line.bad").getByText("gateway does not answer. It is tried again.").waitFor();
  await page.locator(".line.bad").getByText("Not here.").waitFor();
  await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/api/gateway/v1/events`).length > 2);
  assert.equal(await page.locator(".line.bad").count(), 2);
  answers["/gateway/v1/events"] = { accepted: 1, rejected: [], tokens: { somebody: "0-1" } };
  const sent = changes.filter(([, path]) => path === "/api/gateway/v1/events");
  await page.waitForResponse((answer) => answer.url().endsWith("/gateway/v1/events") && answer.ok());
  page.off("request", note);

  const texts = new Set(sent.map(([, , body]) => JSON.stringify(body.events.map((one) => [one.eventId, one.userId, one.message_sent.text]))));
  assert.equal(texts.size, 1);
  assert.match([...texts][0], /"somebody","where is my order"/);
  assert.ok(asked.every((headers) => headers["attune-console"] && !headers.authorization), JSON.stringify(asked[0]));
  // the browser notes what was refused on purpose
  page.troubles = page.troubles.filter((one) => !one.includes("502"));
});

test("whoever may only look is told so in the playground", async () => {
  say({ "/me": { name: "vera", mayEdit: false, signedIn: true } });
  await page.goto("about:blank");
  await open(page, "playground/somebody");

  await page.getByText("to play a customer, the role editor is needed").waitFor();
  assert.equal(await page.getByRole("button", { name: "Send" }).count(), 0);
  assert.equal(await page.getByRole("button", { name: "About an order" }).count(), 0);
  await assertForEverybody(page, "viewer's playground");
});

test("whoever has to sign in gets to the page that was asked for", async () => {
  say({ "/inference/v1/models": MODELS.alone, "/inference/v1/drift": MODELS.early });
  const signIn = (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 302, headers: { location: "/" } })
      : route.continue();
  await page.route("**/login", signIn);
  await page.goto(`${url}/login#/models`);

  await page.getByLabel("Name").fill("ed");
  await page.getByLabel("Password").fill("change");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();

  assert.equal(page.url(), `${url}/#/models`);
  await page.unroute("**/login", signIn);
});

test("no page had an error", () => assert.deepEqual(page.troubles, []));
