/** Services that take long, pages that are left meanwhile, and browsers that keep nothing. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answering, held } from "./answers.mjs";
import { assertForEverybody, launch, newPage, open, url } from "./browser.mjs";
import { BREAKDOWNS, ENTRY, REPORTS, STATES } from "./experiment-states.mjs";
import { MODELS } from "./model-states.mjs";

let browser;
let page;
let services;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
  services = await answering(page);
});

after(() => browser.close());

const EXPERIMENT = "/responses/v1/experiments/personalized-greeting";
const CANARY = "/responses/v1/experiments/canary%3A2026-02-02.1";

const experiment = (more) => ({
  "/responses/v1/experiments": { experiments: [{ ...ENTRY, status: "WINNER" }] },
  [`${EXPERIMENT}/results`]: REPORTS.winner,
  [`${EXPERIMENT}/state`]: STATES.asFile,
  [`${EXPERIMENT}/breakdown`]: (asked) => BREAKDOWNS[asked.get("by")],
  "/inference/v1/models": MODELS.both,
  ...more,
});

/** From nothing, without waiting for what is still to come. */
async function begin(hash) {
  await page.goto("about:blank");
  await page.goto(`${url}/#/${hash}`);
}

/** Goes away, after which nothing may be asked for any more. */
async function leave() {
  const asked = () => [...page.awaited].map((request) => new URL(request.url()).pathname).filter((path) => path.startsWith("/api/"));
  assert.ok(asked().length > 0, "something is asked for");
  await page.evaluate(() => (location.hash = "#/nowhere"));
  for (const until = Date.now() + 5_000; asked().length > 0; await page.waitForTimeout(20))
    assert.ok(Date.now() < until, `still asked for: ${asked().join(", ")}`);
}

test("an experiment's verdict waits for nobody but who measures it", async () => {
  const models = held(MODELS.both);
  services.say(experiment({ "/inference/v1/models": models.answer }));

  await begin("experiments/personalized-greeting");
  await page.getByText("It helps").waitFor();
  await begin("experiments");
  await page.getByText("It helps").waitFor();
  await page.getByText("Still waiting for inference-service.").waitFor();
  await assertForEverybody(page, "a list that still waits");

  services.to[CANARY] = { ...ENTRY, name: "canary:2026-02-02.1", status: "WINNER" };
  services.to[`${CANARY}/results`] = REPORTS.winner;
  models.release();
  await page.getByText("2026-02-02.1 scores 10 % of the users").waitFor();
  assert.equal(await page.getByText("Still waiting").count(), 0);
});

test("a page with nothing yet says for whom it waits", async () => {
  const list = held({ experiments: [] });
  services.say({ "/responses/v1/experiments": list.answer, "/inference/v1/models": MODELS.alone });

  await begin("experiments");
  await page.getByText("Still waiting for response-api.").waitFor();

  list.release();
  await page.getByText("The playbook declares no experiment").waitFor();
  assert.equal(await page.getByText("Still waiting").count(), 0);
});

test("an experiment that can't be told leaves the others, be it a canary's or a declared one", async () => {
  const broken = { status: 503, json: { detail: "Not now." } };
  services.say(experiment({ [CANARY]: broken }));
  await open(page, "experiments");
  await page.getByText("Not now.").waitFor();
  await page.getByText("It helps").waitFor();

  const second = { ...ENTRY, name: "second", status: "WINNER" };
  services.say(
    experiment({
      "/responses/v1/experiments": { experiments: [second, { ...ENTRY, status: "WINNER" }] },
      "/responses/v1/experiments/second/results": broken,
      "/inference/v1/models": MODELS.alone,
    }),
  );
  await open(page, "experiments");
  await page.locator(".card", { hasText: "Second" }).getByText("Not now.").waitFor();
  await page.getByText("It helps").waitFor();
  page.troubles = page.troubles.filter((one) => !one.includes("503"));
});

test("what a page asked for is given up when it is left", async () => {
  const never = held({}).answer;
  const parts = { "/experiments/personalized-greeting/effects": never, "/responses/v1/kpis": never };
  services.say(experiment({ ...parts, [`${EXPERIMENT}/state`]: never, [`${EXPERIMENT}/breakdown`]: never }));
  await begin("experiments/personalized-greeting");
  await page.getByText("It helps").waitFor();
  await leave();

  services.say(experiment({ [CANARY]: never }));
  const asked = page.waitForRequest((request) => request.url().includes("canary"));
  await begin("experiments");
  await asked;
  await leave();

  const version = MODELS.drifted.modelVersion;
  services.say({ "/inference/v1/models": MODELS.both, "/inference/v1/drift": MODELS.drifted, [`/models/${version}/drift`]: never });
  const curve = page.waitForRequest((request) => request.url().endsWith(`/models/${version}/drift`));
  await begin("models");
  await curve;
  await leave();
});

const act = (i) => ({
  id: `1.${i}`,
  at: "2026-11-29T10:00:00Z",
  actor: "ed",
  action: "users_listed",
  outcome: "allowed",
  subject: null,
  detail: null,
});

test("whoever asks twice for older acts sees each of them once", async () => {
  const older = held({ acts: [act(2)], next: null, complete: true });
  let asked = 0;
  services.say({
    "/responses/v1/audit": (query) => {
      if (!query.get("before")) return { acts: [act(1)], next: "1.1", complete: true };
      asked++;
      return older.answer();
    },
  });
  await open(page, "audit");
  const button = page.getByRole("button", { name: "Show older ones" });
  await button.evaluate((one) => {
    one.click();
    one.click();
  });
  older.release();

  await button.waitFor({ state: "detached" });
  assert.equal(asked, 1);
  assert.equal(await page.locator("tbody tr").count(), 2);
});

test("older acts that could not be told are asked for again by the same button", async () => {
  const first = { acts: [act(1)], next: "1.1", complete: true };
  services.say({ "/responses/v1/audit": (query) => (query.get("before") ? { status: 503, json: { detail: "Not now." } } : first) });
  await open(page, "audit");
  const button = page.getByRole("button", { name: "Show older ones" });
  for (const _ of [1, 2]) {
    await button.click();
    await page.getByText("Not now.").waitFor();
  }
  assert.equal(await page.getByText("Not now.").count(), 1);

  services.to["/responses/v1/audit"] = { acts: [act(2)], next: null, complete: true };
  await button.click();

  await button.waitFor({ state: "detached" });
  assert.equal(await page.locator("tbody tr").count(), 2);
  page.troubles = page.troubles.filter((one) => !one.includes("503"));
});

test("a customer's arm is the one of the language that was chosen last", async () => {
  const slow = held({ experiment: ENTRY.name, userId: "somebody", variant: "control", slots: ["reply"] });
  services.say({
    "/responses/v1/experiments": { experiments: [{ ...ENTRY, active: true }] },
    [`${EXPERIMENT}/assignment`]: (query) =>
      query.get("locale") === "de-DE"
        ? slow.answer()
        : { experiment: ENTRY.name, userId: "somebody", variant: "treatment", slots: ["reply"] },
  });
  await open(page, "playground/somebody");
  const language = page.getByRole("combobox", { name: "Language" });

  await language.selectOption("de-DE");
  await language.selectOption("fr-FR");
  const late = page.waitForResponse((answer) => answer.url().includes("locale=de-DE"));
  slow.release();
  await (await late).finished();
  // as long as a page takes to draw what it got
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));

  await page.locator(".arms").getByText("Personalized greeting: treatment").waitFor();
});

test("a browser that keeps nothing signs in and shows pages all the same", async () => {
  const strict = await newPage(browser);
  await strict.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("The operation is insecure.", "SecurityError");
        },
      });
  });
  const strictServices = await answering(strict);
  strictServices.say({ "/responses/v1/audit": { acts: [], next: null, complete: true } });

  await strict.goto(`${url}/login?error`);
  await strict.getByText("Name or password is wrong.").waitFor();
  await open(strict, "audit");
  await strict.getByRole("button", { name: "Dark" }).click();

  assert.equal(await strict.locator("html").getAttribute("data-theme"), "dark");
  assert.equal(await strict.getByRole("button", { name: "Dark" }).getAttribute("aria-pressed"), "true");
  assert.deepEqual(strict.troubles, []);
  await strict.close();
});

test("no page had an error", () => assert.deepEqual(page.troubles, []));
