/** Is it helping? The first experiment that runs, and how conversations of the last week went. */

import { get, id } from "../api.js";
import { badge, become, card, dim, figure, h, link, trouble } from "../dom.js";
import { duration, many, percent, title, words } from "../units.js";
import { verdict } from "../verdicts.js";
import { soFarGlance, soFarOf } from "./experiment-so-far.js";

const AGAIN_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 7;

/** Fills a place, and does so again every minute. What can't be told leaves the rest as it is. */
export function helping(place, signal) {
  const known = {};
  const ask = async (name, load) => {
    try {
      known[name] = { value: await load(signal) };
    } catch (error) {
      // what a minute ago was known stays: it changes slowly
      known[name] ??= { error };
    }
  };
  const run = async () => {
    for (const one of Object.keys(known)) if (known[one].error) delete known[one];
    await Promise.all([ask("experiment", running), ask("week", lastWeek)]);
    if (!signal.aborted) become(place, content(known));
  };
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
    experiment.error ? trouble(experiment.error) : headline(experiment.value),
    week.error ? trouble(week.error) : figures(week.value),
    dim("How conversations go: ", link("#/kpis", "KPIs"), "."),
  );
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
