/** Cells of tables in which arms stand beside the control. */

import { interval } from "../charts.js";
import { h } from "../dom.js";
import { count, difference, VALUES } from "../units.js";
import { kindOf, unitOf } from "../verdicts.js";

/** How far the intervals of these metrics reach from zero, so that all are drawn on one scale. */
export const reachOf = (metrics) =>
  Math.max(
    ...metrics.flatMap(({ comparisons }) =>
      comparisons.flatMap(({ interval: { low, high } }) => [Math.abs(low), Math.abs(high)]),
    ),
    Number.MIN_VALUE,
  );

/** Each arm's value. */
export function valueCells(entry, metric) {
  const says = VALUES[unitOf(entry, metric.metric)];
  return metric.values.map(({ users, value }) => h("span", { title: `${count(users)} users` }, says(value)));
}

/**
 * The difference from the control, and its interval as a picture.
 *
 * @param more what stands behind the difference
 */
export function differenceCells(entry, report, metric, one, reach, more) {
  const unit = unitOf(entry, metric.metric);
  const { low, high } = one.interval;
  const kind = kindOf(entry, report, metric, one);
  const range = `${difference(low, unit)} to ${difference(high, unit)}`;
  return [
    h("span", { class: kind === "good" ? "up" : kind === "bad" ? "down" : "" }, difference(one.difference, unit), more),
    h(
      "span",
      { class: "range" },
      interval({ low, high, value: one.difference, kind }, reach, range),
      h("small", {}, range),
    ),
  ];
}
