/** How the experiments stand: verdict, arms, and each metric's difference with its interval. */

import { get, id } from "../api.js";
import { badge, card, dim, duration, h, number, percent, table, words } from "../dom.js";
import { interval } from "../charts.js";

const KINDS = { WINNER: "good", HARM: "bad", LOSER: "bad", SAMPLE_RATIO_MISMATCH: "bad" };

export async function experiments(root, signal) {
  const list = (await get("/responses/v1/experiments", signal)).experiments;
  if (!list.length) {
    root.append(h("p", {}, "The playbook declares no experiment. docs/experiments.md explains how to add one."));
    return;
  }
  for (const experiment of list) {
    const results = experiment.status
      ? await get(`/responses/v1/experiments/${id(experiment.name)}/results`, signal)
      : null;
    root.append(
      results
        ? standing(experiment, results)
        : card(
            experiment.name,
            dim(`Arms: ${experiment.variants.join(", ")}. Nothing is measured.`),
          ),
    );
  }
}

function standing(experiment, results) {
  const kinds = new Map(experiment.metrics.map(({ name, kind }) => [name, kind]));
  return card(
    h(
      "span",
      {},
      experiment.name,
      " ",
      badge(words(results.status.toLowerCase()), KINDS[results.status]),
      experiment.bandit ? [" ", badge("bandit")] : "",
    ),
    h("p", { class: "verdict" }, results.says),
    table(
      ["arm", "users exposed", "weight", "without any event"],
      results.arms.map((arm) => [
        arm.variant,
        number(arm.exposed),
        percent(arm.weight),
        percent(arm.eventLoss),
      ]),
    ),
    dim(
      `${number(results.runningDays)} days, sample ratio p = ${number(results.sampleRatioP)}. Intervals are 95 % and may be looked at any time.`,
    ),
    table(
      [
        "metric",
        "role",
        ...results.arms.map((arm) => arm.variant),
        "arm",
        "difference",
        "interval",
        "p",
        "days to go",
      ],
      results.metrics
        .map((metric) => ({ ...metric, kind: kinds.get(metric.metric) }))
        .flatMap(rows),
      "No metric yet.",
    ),
    ...results.metrics.flatMap(({ metric, comparisons }) =>
      comparisons.map((one) => dim(`${words(metric)}, ${one.says}`)),
    ),
  );
}

/** A row for each arm beside the control; one without comparisons while users are too few. */
function rows(metric) {
  const head = [
    h(
      "span",
      { title: metric.higherIsBetter ? "higher is better" : "lower is better" },
      `${words(metric.metric)} ${metric.higherIsBetter ? "↑" : "↓"}`,
    ),
    metric.role.toLowerCase(),
    ...metric.values.map((value) =>
      h("span", { title: `${value.users} users` }, amount(metric, value)),
    ),
  ];
  if (!metric.comparisons.length)
    return [[...head, "", "–", h("span", { class: "dim" }, tooFew(metric)), "–", "–"]];
  const reach = Math.max(
    ...metric.comparisons.flatMap((one) => [
      Math.abs(one.interval.low),
      Math.abs(one.interval.high),
    ]),
    Number.MIN_VALUE,
  );
  return metric.comparisons.map((one) => [
    ...head,
    one.variant,
    difference(metric, one),
    h(
      "span",
      {},
      interval({ low: one.interval.low, value: one.difference, high: one.interval.high }, reach),
      ` ${number(one.interval.low)} … ${number(one.interval.high)}`,
    ),
    number(one.p),
    one.daysToGo == null ? "–" : number(one.daysToGo),
  ]);
}

function amount(metric, { users, value }) {
  if (!users || value == null) return "–";
  return metric.kind === "time" ? duration(value) : number(value);
}

function tooFew(metric) {
  return metric.values.some((value) => value.users > 0)
    ? "too few users so far"
    : "nobody’s window has closed yet";
}

function difference(metric, one) {
  const shown = one.interval.low > 0 || one.interval.high < 0;
  const good = shown && one.difference > 0 === metric.higherIsBetter;
  return h(
    "span",
    { class: shown ? (good ? "up" : "down") : "" },
    `${one.difference > 0 ? "+" : ""}${number(one.difference)}`,
    one.lift == null ? "" : ` (${one.lift > 0 ? "+" : ""}${percent(one.lift)})`,
  );
}
