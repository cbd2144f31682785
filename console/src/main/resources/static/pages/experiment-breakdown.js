/** The same differences for parts of the users: by channel, and by segment. */

import { find, id } from "../api.js";
import { card, dim, h, table } from "../dom.js";
import { count, title, words } from "../units.js";
import { notCompared } from "../verdicts.js";
import { differenceCells, reachOf, valueCells } from "./comparison-cells.js";

/** How a dimension's parts are headed, and what one without a value is called. */
const DIMENSIONS = {
  channel: ["channel", "not known"],
  segment: ["segment", "in none"],
};

/** Reports of both dimensions; null where nothing is measured, or a service that is older tells none. */
export function breakdownsOf(entry, signal) {
  if (!entry.status) return null;
  const of = (by) => find(`/responses/v1/experiments/${id(entry.name)}/breakdown?by=${by}`, signal);
  return Promise.all(Object.keys(DIMENSIONS).map(of));
}

/** A card with a table for each dimension, of the metric that is chosen; null before a window has closed. */
export function breakdownCard(entry, report, breakdowns) {
  const told = breakdowns?.filter((one) => one?.parts.length) ?? [];
  if (!told.length) return null;
  const tables = h("div", {});
  const show = (metric) =>
    tables.replaceChildren(...told.map((one) => dimension(entry, report, one, metric)));
  const choice = h(
    "select",
    { "aria-label": "Metric", onchange: () => show(choice.value) },
    report.metrics.map(({ metric }) => h("option", { value: metric }, title(metric))),
  );
  show(report.metrics[0].metric);
  return card(
    "For whom",
    null,
    h("p", {}, h("label", {}, "Metric ", choice)),
    tables,
    dim(
      "Parts by what was known at a user’s first reply in the experiment. Among many parts some differ by chance: colours and p-values take that into account, intervals don’t. Whoever is in several segments is counted in each.",
    ),
  );
}

function dimension(entry, report, { dimension: by, parts }, name) {
  const [head, none] = DIMENSIONS[by];
  const told = parts.map((part) => ({
    label: part.value ? words(part.value) : none,
    metric: part.metrics.find((one) => one.metric === name),
  }));
  const reach = reachOf(told.map(({ metric }) => metric));
  const arms = report.arms.map((arm) => ({ amount: words(arm.variant) }));
  return table(
    [head, { amount: "users" }, ...arms, { amount: "difference" }, "interval"],
    told.flatMap(({ label, metric }) => rows(entry, report, label, metric, reach)),
  );
}

function rows(entry, report, label, metric, reach) {
  const users = metric.values.reduce((all, value) => all + value.users, 0);
  const known = [count(users), ...valueCells(entry, metric)];
  if (!metric.comparisons.length) {
    return [[h("b", {}, label), ...known, "–", h("small", {}, notCompared(entry, report, metric))]];
  }
  return metric.comparisons.map((one) => [
    h("b", {}, label, metric.comparisons.length > 1 && `, ${words(one.variant)}`),
    ...known,
    ...differenceCells(entry, report, metric, one, reach),
  ]);
}
