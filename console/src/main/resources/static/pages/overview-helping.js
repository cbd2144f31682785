/** Is it helping? The first experiment that runs, and how conversations of the last week went. */

import { get, id } from "../api.js";
import { badge, become, card, dim, figure, h, link, trouble } from "../dom.js";
import { duration, many, percent, title, words } from "../units.js";
import { verdict } from "../verdicts.js";

const AGAIN_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 7;

/** Fills a place, and does so again every minute. */
export function helping(place, signal) {
  let known = false;
  const run = async () => {
    try {
      const [experiment, week] = await Promise.all([running(signal), lastWeek(signal)]);
      if (signal.aborted) return;
      become(place, content(experiment, week));
      known = true;
    } catch (error) {
      // what is known stays; the verdict of a minute ago is none the worse
      if (!signal.aborted && !known) become(place, card("Is it helping?", null, trouble(error)));
    }
  };
  const timer = setInterval(() => document.visibilityState === "visible" && run(), AGAIN_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  run();
}

async function running(signal) {
  const { experiments } = await get("/responses/v1/experiments", signal);
  const entry = experiments.find((one) => one.status && one.active !== false);
  return entry && { entry, report: await get(`/responses/v1/experiments/${id(entry.name)}/results`, signal) };
}

/** Days of UTC, as conversations are counted by; today is one of them. */
async function lastWeek(signal) {
  const day = (back) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);
  const ask = async (from, to) => (await get(`/responses/v1/kpis?by=all&from=${from}&to=${to}`, signal)).rows[0];
  const [now, then] = await Promise.all([ask(day(DAYS - 1), day(0)), ask(day(2 * DAYS - 1), day(DAYS))]);
  return { now, then };
}

function content(experiment, { now, then }) {
  const before = (value, says) => (value == null ? null : `${says(value)} in the ${DAYS} days before`);
  return card(
    "Is it helping?",
    `conversations of the last ${DAYS} days`,
    experiment ? headline(experiment) : dim("No experiment runs, so nobody can tell. ", link("#/experiments", "Experiments")),
    now?.visits
      ? h(
          "div",
          { class: "figures" },
          figure(duration(handling(now)), "handling time each", before(handling(then), duration)),
          figure(
            percent(now.csat.satisfiedShare),
            `satisfied, of ${many(now.csat.ratings, "rating")}`,
            before(then?.csat.satisfiedShare, percent),
          ),
        )
      : dim("No conversation has ended in this time."),
    dim("How conversations go: ", link("#/kpis", "KPIs"), "."),
  );
}

const handling = (row) => row?.handling?.secondsPerConversation ?? null;

function headline({ entry, report }) {
  const { badge: word, kind, says, when, worth } = verdict(entry, report);
  return h(
    "div",
    { class: "verdict" },
    h("p", {}, link(`#/experiments/${id(entry.name)}`, title(entry.name)), " ", badge(word, kind), " ", says),
    worth?.map((arm) =>
      h(
        "p",
        { class: "worth" },
        h("b", { class: arm.kind }, arm.difference),
        h("span", {}, worth.length > 1 && `${words(arm.variant)}: `, arm.sentence),
      ),
    ),
    !worth && when && h("p", {}, when),
  );
}
