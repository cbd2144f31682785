/** Is it helping? The first experiment that runs, and how conversations of the last week went. */

import { get, id } from "../api.js";
import { badge, become, card, dim, figure, h, link, spinner, trouble } from "../dom.js";
import { duration, many, percent, title, words } from "../units.js";
import { verdict } from "../verdicts.js";
import { soFarGlance, soFarOf } from "./experiment-so-far.js";

const AGAIN_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 7;

/**
 * Fills a place, each half as it comes, and does so again every minute. What can't be told leaves the
 * rest as it is.
 */
export function helping(place, signal) {
  const known = {};
  const show = () => !signal.aborted && become(place, content(known));
  const ask = async (name, load) => {
    try {
      known[name] = { value: await load(signal) };
    } catch (error) {
      // what a minute ago was known stays: it changes slowly
      if (!known[name] || known[name].error) known[name] = { error };
    }
    show();
  };
  let isAsking = false;
  const run = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      await Promise.all([ask("experiment", running), ask("week", lastWeek)]);
    } finally {
      isAsking = false;
    }
  };
  show();
  const timer = setInterval(() => document.visibilityState === "visible" && run(), AGAIN_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  run();
}

async function running(signal) {
  const { experiments } = await get("/responses/v1/experiments", signal);
  const entry = experiments.find((one) => one.status && one.active !== false);
  if (!entry) return null;
  const report = await get(`/responses/v1/experiments/${id(entry.name)}/results`, signal);
  return { entry, report, soFar: report.status === "COLLECTING" ? await soFarOf(entry, signal) : null };
}

/** Days of UTC, as conversations are counted by; today is one of them. */
async function lastWeek(signal) {
  const day = (back) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);
  const ask = async (from, to) => (await get(`/responses/v1/kpis?by=all&from=${from}&to=${to}`, signal)).rows[0];
  const [now, then] = await Promise.all([ask(day(DAYS - 1), day(0)), ask(day(2 * DAYS - 1), day(DAYS))]);
  return { now, then };
}

function content({ experiment, week }) {
  return card(
    "Is it helping?",
    `conversations of the last ${DAYS} days`,
    half(experiment, headline),
    half(week, figures),
    dim("How conversations go: ", link("#/kpis", "KPIs"), "."),
  );
}

function half(known, content) {
  if (!known) return spinner();
  return known.error ? trouble(known.error) : content(known.value);
}

const before = (value, says) => (value == null ? null : `${says(value)} in the ${DAYS} days before`);

function figures({ now, then }) {
  if (!now?.visits) return dim("No conversation has ended in this time.");
  return h(
    "div",
    { class: "figures" },
    figure(duration(handling(now)), "handling time each", before(handling(then), duration)),
    figure(
      percent(now.csat.satisfiedShare),
      `satisfied, of ${many(now.csat.ratings, "rating")}`,
      before(then?.csat.satisfiedShare, percent),
    ),
  );
}

const handling = (row) => row?.handling?.secondsPerConversation ?? null;

function headline(found) {
  if (!found) return dim("No experiment runs, so nobody can tell. ", link("#/experiments", "Experiments"));
  const { entry, report, soFar } = found;
  const { badge: word, kind, says, when, worth } = verdict(entry, report);
  // a large number beside "too early" would be believed
  const told = report.status === "COLLECTING" ? null : worth;
  return h(
    "div",
    { class: "verdict" },
    h("p", {}, link(`#/experiments/${id(entry.name)}`, title(entry.name)), " ", badge(word, kind), " ", says),
    told?.map((arm) =>
      h(
        "p",
        { class: "worth" },
        h("b", { class: arm.kind }, arm.difference),
        h("span", {}, told.length > 1 && `${words(arm.variant)}: `, arm.sentence),
      ),
    ),
    !told && when && h("p", {}, when),
    soFarGlance(soFar),
  );
}
