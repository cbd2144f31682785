/** The last hours of the overview, as charts. */

import { get } from "../api.js";
import { become, card, dim, h, later } from "../dom.js";
import { plot } from "../plot.js";
import { duration, minute, number, percent } from "../units.js";

export const HOURS = [1, 6, 24];

/** A new point in the charts. */
const HISTORY_MS = 60_000;

/** `worst` holds where the console keeps the history itself: a point is then the worst minute. */
const CHARTS = [
  { title: "Freshness", about: "event accepted → prediction readable", worst: true, says: duration, most: 0.1, lines: [["freshnessP99", "99 % within", "accent"], ["freshnessP50", "half within", "second"]] },
  { title: "Traffic", about: "a second", says: number, most: 1, lines: [["eventsPerSecond", "events", "accent"], ["repliesPerSecond", "replies", "second"]] },
  { title: "Personalized replies", about: "share of all replies", says: percent, most: 1, lines: [["personalizedShare", "personalized", "accent"]] },
  { title: "Errors and lag", about: "errors a minute; events that wait", says: number, most: 1, lines: [["errorsPerMinute", "errors", "bad"], ["lag", "waiting", "dim"]] },
];

/** @param asked hours; null: as many as there is something to show of */
export function history(asked, signal) {
  return h(
    "section",
    { class: "history", "aria-label": "History" },
    later(
      () => load(asked, signal),
      ({ hours, data }) => [head(hours), charts(data, hours, signal)].flat(),
      signal,
    ),
  );
}

const over = (hours, signal) => get(`/overview/history?hours=${hours}`, signal);

async function load(asked, signal) {
  const longest = HOURS.at(-1);
  const data = await over(asked ?? longest, signal);
  const hours = asked ?? fitting(data);
  return { hours, data: asked || hours === longest ? data : await over(hours, signal) };
}

/** The shortest range that holds all that is known. */
function fitting({ times, series }) {
  const first = times.find((_, i) => Object.values(series).some((values) => values[i] != null));
  return HOURS.find((hours) => first == null || times.at(-1) - first <= hours * 3600) ?? HOURS.at(-1);
}

function head(hours) {
  const choices = h(
    "nav",
    { class: "segmented", "aria-label": "Time range" },
    HOURS.map((n) => h("a", { href: `#/overview/${n}`, "aria-current": n === hours && "true" }, `${n} h`)),
  );
  return h("div", { class: "between" }, h("h2", {}, hours === 1 ? "The last hour" : `The last ${hours} hours`), choices);
}

function charts(data, hours, signal) {
  const drawn = CHARTS.map((chart) => ({
    chart,
    element: plot({
      words: `${chart.title} over the last ${hours === 1 ? "hour" : `${hours} hours`}`,
      times: data.times,
      series: chart.lines.map(([name, label, colour]) => ({ label, colour, values: data.series[name], area: colour === "accent" })),
      says: chart.says,
      when: minute,
      most: chart.most,
    }),
  }));
  const note = h("div", {}, source(data));
  const timer = setInterval(async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const next = await over(hours, signal);
      for (const { chart, element } of drawn) element.update(next.times, chart.lines.map(([name]) => next.series[name]));
      data = next;
      become(note, source(next));
    } catch {
      if (!signal.aborted) become(note, dim(`Until ${minute(data.times.at(-1))}: the console did not answer since.`));
    }
  }, HISTORY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return [
    h("div", { class: "grid wide" }, drawn.map(({ chart, element }) => card(chart.title, about(chart, data), element))),
    note,
  ];
}

const about = (chart, { source: from, stepSeconds }) =>
  chart.worst && from === "console" && stepSeconds > 60 ? `${chart.about}; the worst minute of each point` : chart.about;

function source({ source: from, stepSeconds, series }) {
  if (!Object.values(series).some((values) => values.some((value) => value != null)))
    return dim("No minute is known yet. The first point comes when the console has looked for a minute.");
  return dim(from === "prometheus" ? "From Prometheus." : `Kept by this console, a point ${stepSeconds === 60 ? "a minute" : `every ${duration(stepSeconds)}`}.`);
}
