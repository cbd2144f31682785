/** The overview in states that a healthy stack is not in: what the console would tell is made up here. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { held } from "./answers.mjs";
import { assertForEverybody, launch, newPage, open } from "./browser.mjs";
import { ENTRY, REPORTS } from "./experiment-states.mjs";
import { row } from "./kpi-rows.mjs";
import { historyOf, NEWS, WEEK, withPart, withStage } from "./overview-states.mjs";

let browser;
let page;
let answers;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
  // the tests say when there is news, and when the connection breaks
  await page.addInitScript(() => {
    window.sources = [];
    window.EventSource = class extends EventTarget {
      static CLOSED = 2;
      readyState = 1;
      constructor() {
        super();
        window.sources.push(this);
      }
      close() {
        this.readyState = 2;
      }
    };
    window.tell = (news) =>
      window.sources.at(-1).dispatchEvent(new MessageEvent("overview", { data: JSON.stringify(news) }));
    window.breakOff = () => {
      window.sources.at(-1).readyState = 2;
      window.sources.at(-1).dispatchEvent(new Event("error"));
    };
  });
  await page.route("**/api/**", async (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const answer = answers[pathname.slice("/api".length)];
    const body = typeof answer === "function" ? await answer(searchParams) : answer;
    if (body === undefined) await route.fulfill({ status: 404, json: { detail: "Not here." } });
    else await route.fulfill({ json: body });
  });
});

after(() => browser.close());

function say(more = {}) {
  answers = {
    "/me": { name: "ed", mayEdit: true, signedIn: true },
    "/overview/history": (query) => historyOf(query),
    "/responses/v1/experiments": { experiments: [{ ...ENTRY, status: REPORTS.winner.status }] },
    "/responses/v1/experiments/personalized-greeting/results": REPORTS.winner,
    "/responses/v1/kpis": WEEK,
    ...more,
  };
}

const tell = (news) => page.evaluate((one) => window.tell(one), news);

/**
 * The overview, once it has drawn that news.
 *
 * @param news null: the test tells it itself
 */
async function openWith(news, more) {
  say(more);
  await page.goto("about:blank");
  await page.goto(`${process.env.ATTUNE_CONSOLE_URL}/#/overview`);
  await page.waitForFunction(() => window.sources.length > 0);
  if (!news) return;
  await tell(news);
  await page.locator(".pipeline").waitFor();
}

test("is it healthy, is it helping? Both are answered with figures", async () => {
  await openWith(NEWS);

  await page.locator(".answer", { hasText: "Healthy" }).getByText("known within 31 ms").waitFor();
  for (const said of ["Kafka answers in 4 ms", "Redis answers in 2 ms", "Schema registry answers", "Playbook in force"])
    assert.equal(await page.locator(".part", { hasText: said }).count(), 1, said);
  await page.locator(".stage", { hasText: "Features" }).getByText("handed on within").waitFor();
  const help = page.locator(".card", { has: page.getByRole("heading", { name: "Is it helping?" }) });
  await help.getByText("It helps").waitFor();
  await help.getByText("−2 min", { exact: true }).waitFor();
  await help.getByText("41 s", { exact: true }).waitFor();
  await help.getByText("satisfied, of 33 ratings").waitFor();
  await page.getByText("1 reply made generic by a fault").waitFor({ state: "detached" });
  await page.locator(".history canvas").nth(3).waitFor();
  await assertForEverybody(page, "a healthy overview");
});

test("an experiment that is too early shows how the arms go, and one that can’t be told holds nothing back", async () => {
  const arm = (variant, assisted) => row(`personalized-greeting/${variant}`, { conversations: 50, assisted });
  await openWith(NEWS, {
    "/responses/v1/experiments/personalized-greeting/results": REPORTS.open,
    "/responses/v1/kpis": (asked) => (asked.get("by") === "arm" ? { rows: [arm("control", 0.6), arm("treatment", 0.34)] } : WEEK),
  });
  const help = page.locator(".card", { has: page.getByRole("heading", { name: "Is it helping?" }) });
  await help.getByText("Too early").waitFor();
  assert.equal(await help.locator(".worth").count(), 0);
  await help.getByText("So far: a look, not a verdict").waitFor();
  await help.getByRole("row", { name: /^Settled without a person 40 %/ }).locator(".up").getByText("▲ 26 points").waitFor();
  await assertForEverybody(page, "the arms on the overview");

  await openWith(NEWS, { "/responses/v1/experiments": undefined });
  await help.getByText("Not here.").waitFor();
  await help.getByText("satisfied, of 33 ratings").waitFor();

  await openWith(NEWS, { "/responses/v1/experiments": { experiments: [{ ...ENTRY, status: "WINNER", active: false }] } });
  await help.getByText("No experiment runs").waitFor();
});

test("each half of the answer whether it helps is drawn as it comes, and asked for once at a time", async () => {
  const list = held({ experiments: [{ ...ENTRY, status: REPORTS.winner.status }] });
  let asked = 0;
  const experiments = () => {
    asked++;
    return list.answer();
  };
  await openWith(null, { "/responses/v1/experiments": experiments });
  await page.evaluate(() => {
    const everySoOften = window.setInterval;
    window.minutes = 0;
    window.setInterval = (act, millis) =>
      millis === 60_000 ? everySoOften(() => (window.minutes++, act()), 20) : everySoOften(act, millis);
  });
  await tell(NEWS);
  const help = page.locator(".card", { has: page.getByRole("heading", { name: "Is it helping?" }) });

  await help.getByText("41 s", { exact: true }).waitFor();
  await help.locator(".spinner").waitFor({ state: "attached" });
  await page.waitForFunction(() => window.minutes > 5);
  assert.equal(asked, 1);

  list.release();
  await help.getByText("It helps").waitFor();
  assert.equal(await help.locator(".spinner").count(), 0);
});

test("replicas: some don’t answer, a stage is down, a part is not asked, a playbook waits", async () => {
  await openWith(withStage("responses", { state: "warn", instances: { all: 2, answering: 1, ready: 1 }, errors: { fault: 1 } }));
  const replies = page.locator(".stage", { hasText: "Replies" });
  await replies.getByText("1 of 2 instances answers").waitFor();
  await replies.getByText("1 reply made generic by a fault in the last 5 minutes").waitFor();
  await page.getByText("Works, with errors").waitFor();
  await assertForEverybody(page, "a replica is away");

  await tell(withStage("inference", { state: "warn", p99Seconds: 0.31 }));
  await page.locator(".stage", { hasText: "Predictions" }).getByText("slower than the objective of 250 ms").waitFor();

  await tell(withStage("gateway", { state: "bad", instances: { all: 1, answering: 0, ready: 0 }, version: "", perSecond: null }));
  await page.locator(".answer").getByText("Gateway does not answer.").waitFor();

  await tell(withPart("kafka", "unknown"));
  await page.getByText("not known: nobody asked it in the last minute").waitFor();

  await tell(withPart("playbook", "warn"));
  const answer = page.locator(".answer");
  await answer.getByText("Playbook: a change of it waits or was refused.").waitFor();
  assert.ok(!(await answer.textContent()).includes("Not healthy"));

  await tell(withPart("registry", "bad"));
  await answer.getByText("Schema registry: can’t be reached.").waitFor();
});

test("refused events are told by reason, with how many are kept", async () => {
  await openWith({ ...NEWS, refused: { schema_invalid: 4, malformed: 1 }, deadLetters: 5 });
  const card = page.locator(".card", { has: page.getByRole("heading", { name: "Refused events" }) });
  await card.getByText("The event does not fit the schema").waitFor();
  await card.getByText("5 dead letters kept").waitFor();

  await tell(NEWS);
  await card.getByText("None.").waitFor();
  assert.equal(await card.getByText("see what is wrong").count(), 0);
});

test("news leaves the focus where it is, and is read aloud only when its words change", async () => {
  await openWith(NEWS);
  const link = page.locator(".card").getByRole("link", { name: "KPIs" });
  await link.focus();
  await page.evaluate(() => {
    window.changes = 0;
    new MutationObserver((all) => (window.changes += all.length)).observe(
      document.querySelector(".answer").parentElement,
      { subtree: true, childList: true, characterData: true, attributes: true },
    );
  });

  await tell({ ...NEWS, stages: NEWS.stages.map((one) => ({ ...one, perSecond: one.perSecond + 1 })) });
  await page.locator(".stage b", { hasText: "42" }).first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "KPIs");
  assert.equal(await page.evaluate(() => window.changes), 0);

  await tell({ ...NEWS, freshness: { p50: 0.01, p99: 0.05 } });
  await page.locator(".answer").getByText("known within 50 ms").waitFor();
  assert.ok((await page.evaluate(() => window.changes)) > 0);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "KPIs");
});

test("the time range is at first the shortest that holds all there is", async () => {
  for (const [known, heading] of [
    [600, "The last hour"],
    [4000, "The last 6 hours"],
    [Infinity, "The last 24 hours"],
  ]) {
    await openWith(NEWS, { "/overview/history": (query) => historyOf(query, known) });
    await page.getByRole("heading", { name: heading }).waitFor();
    await page.locator(".history canvas").nth(3).waitFor();
  }
});

test("another time range keeps the focus on what was chosen", async () => {
  await openWith(NEWS);
  await page.getByRole("link", { name: "6 h" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.sources.length === 2);
  await tell(NEWS);
  await page.getByRole("heading", { name: "The last 6 hours" }).waitFor();
  await page.waitForFunction(() => document.activeElement.textContent === "6 h");
});

test("a few errors are told and don’t alarm; a Redis that is too slow is named", async () => {
  const faults = withStage("responses", { errors: { fault: 3 } });
  await openWith(faults);
  await page.locator(".answer", { hasText: "Healthy" }).getByText("3 errors in the last 5 minutes, fewer than one in a hundred").waitFor();

  const slow = withPart("redis", "warn");
  await tell({ ...slow, parts: slow.parts.map((one) => (one.name === "redis" ? { ...one, p99Seconds: 0.03 } : one)) });
  await page.locator(".answer", { hasText: "Works Redis: answers in 30 ms, and replies wait 20 ms for it." }).waitFor();
});

test("a console that is gone is no healthy stack", async () => {
  await openWith(NEWS);
  await page.locator(".answer", { hasText: "Healthy" }).waitFor();

  // as if a while had passed without news
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 15_000;
  });

  await page.getByText(/No news for 1\d s/).waitFor();
  await page.locator(".answer", { hasText: "Not known The console does not answer." }).waitFor();
  assert.equal(await page.getByText("healthy", { exact: true }).count(), 0);
  assert.equal(await page.locator(".dot.ok").count(), 0);
  await assertForEverybody(page, "a console that is gone");

  await tell(NEWS);
  await page.locator(".answer", { hasText: "Healthy" }).waitFor();
  assert.equal(await page.getByText(/No news for/).count(), 0);
});

test("a console that never answers is told at once, and is asked again", async () => {
  say();
  await page.goto("about:blank");
  await page.goto(`${process.env.ATTUNE_CONSOLE_URL}/#/overview`);
  await page.waitForFunction(() => window.sources.length > 0);
  await page.evaluate(() => window.breakOff());

  await page.getByRole("alert").getByText("The console does not answer.").waitFor();
  assert.equal(await page.locator("main > .spinner, #page > .spinner").count(), 0);
  await page.waitForFunction(() => window.sources.length === 2);
  await tell(NEWS);
  await page.locator(".answer", { hasText: "Healthy" }).waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
});

test("a tab in the background has no connection, and catches up when it is looked at", async () => {
  await openWith(NEWS);
  const turn = (state) =>
    page.evaluate((now) => {
      Object.defineProperty(document, "visibilityState", { value: now, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);

  await turn("hidden");
  assert.equal(await page.evaluate(() => window.sources[0].readyState), 2);

  await turn("visible");
  assert.equal(await page.evaluate(() => window.sources.length), 2);
  await tell({ ...NEWS, freshness: { p50: 0.01, p99: 0.07 } });
  await page.locator(".answer").getByText("known within 70 ms").waitFor();
});

test("charts end with the page that shows them", async () => {
  say();
  await page.goto("about:blank");
  await page.goto(`${process.env.ATTUNE_CONSOLE_URL}/#/overview`);
  await page.waitForFunction(() => window.sources.length > 0);
  await page.evaluate(() => {
    const Chart = window.uPlot;
    window.charts = new Set();
    window.uPlot = Object.assign(function (...own) {
      const chart = new Chart(...own);
      const destroy = chart.destroy;
      window.charts.add(chart);
      chart.destroy = () => {
        window.charts.delete(chart);
        destroy();
      };
      return chart;
    }, Chart);
  });
  await tell(NEWS);
  await page.waitForFunction(() => window.charts.size === 4);

  await page.evaluate(() => (location.hash = "#/erasures"));

  await page.waitForFunction(() => window.charts.size === 0);
});

test("charts without a minute say so", async () => {
  await openWith(NEWS, { "/overview/history": (query) => historyOf(query, 0) });

  await page.getByText("No minute is known yet.").waitFor();
});

/** How long a spinner was there, and how visible it became. */
async function spinnerFor(delay) {
  say({
    "/responses/v1/dead-letters": async () => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      return { letters: 0, oldest: null, reasons: [], complete: true };
    },
  });
  await page.evaluate(() => {
    location.hash = "#/nowhere";
    window.seen = { most: 0, from: null, to: null };
    const look = () => {
      const spinner = document.querySelector(".spinner");
      const now = performance.now();
      if (spinner) {
        window.seen.from ??= now;
        window.seen.most = Math.max(window.seen.most, Number(getComputedStyle(spinner).opacity));
      } else if (window.seen.from != null) {
        window.seen.to = now;
        return;
      }
      requestAnimationFrame(look);
    };
    setTimeout(() => {
      location.hash = "#/dead-letters";
      look();
    }, 50);
  });
  await page.waitForFunction(() => window.seen.to != null);
  return page.evaluate(() => ({ most: window.seen.most, millis: window.seen.to - window.seen.from }));
}

test("what is there in a moment shows no spinner, what takes longer does", async () => {
  say({ "/responses/v1/dead-letters": { letters: 0, oldest: null, reasons: [], complete: true } });
  await open(page, "dead-letters");
  let short = await spinnerFor(200);
  // a machine that is busy may need longer than 300 ms for an answer of 200 ms
  for (let i = 0; i < 10 && short.millis > 290; i++) short = await spinnerFor(200);

  assert.ok(short.millis > 150 && short.millis <= 290, `${short.millis} ms`);
  assert.equal(short.most, 0);
  const long = await spinnerFor(600);
  assert.ok(long.most > 0.5, `${long.most} after ${long.millis} ms`);
});

test("no page had an error", () => assert.deepEqual(page.troubles, []));
