/** May I conclude, when, and what is it worth? A list, and a page for each experiment. */

import { find, get, id } from "../api.js";
import { badge, card, dim, empty, h, later, link, sentence, table } from "../dom.js";
import { interval, meter } from "../charts.js";
import { count, difference, number, percent, title, words } from "../units.js";
import {
  kindOf,
  notCompared,
  power,
  ran,
  sampleRatio,
  signed,
  sureness,
  unitOf,
  verdict,
} from "../verdicts.js";
import { differenceCells, reachOf, valueCells } from "./comparison-cells.js";
import { breakdownCard, breakdownsOf } from "./experiment-breakdown.js";
import { effectCard, effectsOf } from "./experiment-effects.js";
import { soFarCard, soFarGlance, soFarOf } from "./experiment-so-far.js";
import { stateCard } from "./experiment-state.js";

export async function experiments(root, signal, name) {
  const { experiments: declared } = await get("/responses/v1/experiments", signal);
  if (name) {
    const entry = declared.find((one) => one.name === name) ?? (await canaryNamed(name, signal));
    root.append(entry ? await one(entry, signal) : empty("There is no such experiment", link("#/experiments", "See all of them")));
    return;
  }
  root.append(
    ...declared.map((entry) => summary(entry, signal)),
    later(
      () => canaryEntry(signal),
      (entry) => (entry ? summary(entry, signal) : declared.length ? null : none()),
      signal,
    ),
  );
}

const none = () =>
  empty(
    "The playbook declares no experiment",
    "Add one to experiments.yaml: two variants and a metric as its goal. docs/experiments.md explains each key.",
  );

const CANARY = "canary:";

/** Null where no canary has that name; for others nobody is asked. */
async function canaryNamed(name, signal) {
  const entry = name.startsWith(CANARY) ? await canaryEntry(signal) : null;
  return entry?.name === name ? entry : null;
}

/** The comparison of the canary with the live model, which no file names. */
async function canaryEntry(signal) {
  const { slots } = await get("/inference/v1/models", signal);
  const canary = slots.find((model) => model.slot === "CANARY");
  if (!canary) return null;
  const entry = await find(`/responses/v1/experiments/${id(CANARY + canary.version)}`, signal);
  const users = `${percent(canary.share)} of the users`;
  return entry && { ...entry, description: `${canary.version} scores ${users}, the live model the others` };
}

const results = (entry, signal) =>
  entry.status ? get(`/responses/v1/experiments/${id(entry.name)}/results`, signal) : null;

function summary(entry, signal) {
  const href = `#/experiments/${id(entry.name)}`;
  if (!entry.status)
    return card(
      title(entry.name),
      null,
      entry.description && h("p", {}, entry.description),
      dim(`Arms: ${entry.variants.join(", ")}. No metric is declared, so nothing is measured.`),
    );
  return card(
    link(href, title(entry.name)),
    null,
    entry.active === false && h("p", {}, badge("stopped", "warn"), " Nobody gets an arm of it. What was measured stays."),
    entry.description && dim(`${capital(entry.description)}.`),
    later(
      () => results(entry, signal),
      (report) => [
        conclusion(entry, report),
        goalPicture(entry, report),
        report.status === "COLLECTING" && later(() => soFarOf(entry, signal), soFarGlance, signal),
      ],
      signal,
    ),
  );
}

async function one(entry, signal) {
  const report = await results(entry, signal);
  const back = h("p", {}, link("#/experiments", "← All experiments"));
  const users = report?.arms.reduce((all, arm) => all + arm.exposed, 0) ?? 0;
  const control = later(
    // the holdout and canaries have none
    () => find(`/responses/v1/experiments/${id(entry.name)}/state`, signal),
    (state) => state && stateCard(state, users, signal),
    signal,
  );
  if (!report) return h("div", {}, back, summary(entry, signal), control);
  return h(
    "div",
    {},
    back,
    card(
      title(entry.name),
      entry.active === false ? `first users ${ran(report.runningDays)} ago` : `running for ${ran(report.runningDays)}`,
      entry.description && dim(`${capital(entry.description)}.`),
      conclusion(entry, report),
      goalPicture(entry, report),
    ),
    later(() => soFarOf(entry, signal), soFarCard, signal),
    later(() => effectsOf(entry, signal), (effects) => effectCard(entry, effects), signal),
    control,
    h("div", { class: "grid wide" }, exposure(report), trust(entry, report)),
    metrics(entry, report),
    later(() => breakdownsOf(entry, signal), (breakdowns) => breakdownCard(entry, report, breakdowns), signal),
    inWords(report),
  );
}

/** The verdict, first in one word, then in a sentence, then when, then what it is worth. */
function conclusion(entry, report) {
  const { badge: word, kind, says, when, worth } = verdict(entry, report);
  return h(
    "div",
    { class: "verdict" },
    h("p", {}, badge(word, kind), entry.bandit && [" ", badge("bandit")], " ", says),
    when && h("p", {}, when),
    worth?.map((arm) =>
      h(
        "p",
        { class: "worth" },
        h("b", { class: arm.kind }, arm.difference),
        h(
          "span",
          {},
          worth.length > 1 && `${words(arm.variant)}: `,
          arm.lift && `That is ${arm.lift}. `,
          arm.sentence,
        ),
      ),
    ),
  );
}

function goalPicture(entry, report) {
  const goal = report.metrics[0];
  if (!goal) return null;
  if (goal.comparisons.length) return effects(entry, report, [goal]);
  return h(
    "div",
    { class: "known" },
    h("p", { class: "note" }, notCompared(entry, report, goal)),
    progress(entry, report, goal),
  );
}

/** How far the plan is: days, and the smallest arm's users whose time is over. */
function progress(entry, report, goal) {
  const { minUsers, minDays } = entry.plan;
  if (!minUsers) return null;
  const users = Math.min(...goal.values.map((value) => value.users));
  const row = (label, share, says) => [
    h("span", {}, label),
    h("span", { class: "bar" }, meter(share)),
    h("span", { class: "amount" }, says),
  ];
  return h(
    "div",
    { class: "bars progress" },
    minDays > 0 && row("Time", report.runningDays / minDays, `${ran(report.runningDays)} of ${number(minDays)} days`),
    row("Users who are over, smallest arm", users / minUsers, `${count(users)} of ${count(minUsers)}`),
  );
}

/** Every arm beside the control, each metric on a scale of its own. */
function effects(entry, report, list) {
  return h(
    "div",
    { class: "effects" },
    list.flatMap((metric) => {
      const unit = unitOf(entry, metric.metric);
      const reach = reachOf([metric]);
      return metric.comparisons.map((one) => {
        const kind = kindOf(entry, report, metric, one);
        const { low, high } = one.interval;
        return h(
          "div",
          { class: "effect" },
          h("span", {}, `${title(metric.metric)}, ${words(one.variant)}`),
          interval(
            { low, high, value: one.difference, kind },
            reach,
            `${title(metric.metric)}: ${difference(one.difference, unit)}, between ${difference(low, unit)} and ${difference(high, unit)}`,
            640,
          ),
          h(
            "span",
            { class: "ends" },
            h("span", {}, metric.higherIsBetter ? "worse" : "better"),
            h("span", {}, "no difference"),
            h("span", {}, metric.higherIsBetter ? "better" : "worse"),
          ),
        );
      });
    }),
  );
}

function exposure(report) {
  const ratio = sampleRatio(report);
  return card(
    "Who takes part",
    null,
    h("p", {}, badge(ratio.ok ? "sizes fit" : "sizes don’t fit", ratio.ok ? "good" : "bad"), " ", ratio.says),
    table(
      ["arm", { amount: "users" }, { amount: "expected" }, { amount: "share" }, { amount: "over" }],
      report.arms.map((arm, i) => [
        words(arm.variant),
        count(arm.exposed),
        count(ratio.expected[i]),
        percent(arm.weight),
        count(arm.finished),
      ]),
    ),
    dim("A user belongs to an arm from the first reply in which the arms could differ, and is over when the last window has closed."),
  );
}

function trust(entry, report) {
  const goal = report.metrics[0];
  const silent = Math.max(...report.arms.map((arm) => arm.eventLoss));
  return card(
    "What it can find",
    null,
    h(
      "ul",
      {},
      goal?.comparisons.map((one) => h("li", {}, power(entry, goal, one))),
      !goal?.comparisons.length && h("li", {}, `Planned for ${count(entry.plan.plannedUsers)} users; what it can find is known when the first of them are over.`),
      h("li", {}, "Look as often as you like: intervals and verdicts allow for it."),
      h(
        "li",
        {},
        silent > 0
          ? `Of up to ${percent(silent)} of an arm’s users not one event came: they left at once, or their events are lost.`
          : report.arms.some((arm) => arm.finished > 0)
            ? "Events came from all users who are over."
            : "Nobody is over yet, so whether events get lost is not known.",
      ),
    ),
  );
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const ROLES = { GOAL: "goal", OTHER: "", GUARDRAIL: "guardrail" };

function metrics(entry, report) {
  const shared = new Map();
  for (const metric of report.metrics)
    if (!metric.comparisons.length) {
      const why = notCompared(entry, report, metric);
      shared.set(why, [...(shared.get(why) ?? []), title(metric.metric)]);
    }
  const compared = report.metrics.filter((metric) => metric.comparisons.length);
  return card(
    "All metrics",
    `differences with their ${sureness(entry)} intervals`,
    compared.length
      ? table(
          ["metric", ...report.arms.map((arm) => ({ amount: words(arm.variant) })), { amount: "difference" }, "interval"],
          compared.flatMap((metric) => rows(entry, report, metric)),
        )
      : "",
    compared.flatMap((metric) => waiting(metric)),
    [...shared].map(([why, names]) => h("p", { class: "dim" }, h("b", {}, names.join(", ")), `: ${why}`)),
  );
}

/** Arms that have no difference yet where another one has. */
function waiting(metric) {
  const told = new Set(metric.comparisons.map((one) => one.variant));
  return metric.values
    .slice(1)
    .filter((value) => !told.has(value.variant))
    .map((value) =>
      dim(h("b", {}, `${title(metric.metric)}, ${words(value.variant)}`), `: too few of its ${count(value.users)} users differ, or it has fewer than 100.`),
    );
}

function rows(entry, report, metric) {
  const unit = unitOf(entry, metric.metric);
  const known = entry.metrics.find((one) => one.name === metric.metric);
  const reach = reachOf([metric]);
  return metric.comparisons.map((one) => {
    const lift = one.lift != null && unit !== "share" && h("small", {}, ` ${signed(one.lift)}`);
    return [
      h(
        "span",
        { class: "metric-name" },
        h("b", {}, title(metric.metric), metric.comparisons.length > 1 && `, ${words(one.variant)}`),
        ROLES[metric.role] && [" ", badge(ROLES[metric.role], metric.role === "GOAL" ? "accent" : "")],
        h("small", {}, known?.description && `${capital(known.description)}. `, `${metric.higherIsBetter ? "Higher" : "Lower"} is better.`),
      ),
      ...valueCells(entry, metric),
      ...differenceCells(entry, report, metric, one, reach, lift),
    ];
  });
}

function inWords(report) {
  const said = report.metrics.flatMap(({ metric, comparisons }) =>
    comparisons.map((one) => h("p", {}, h("b", {}, title(metric)), ": ", sentence(one.says))),
  );
  return said.length ? card("The same in words", null, h("details", {}, h("summary", {}, "How to read each difference"), said)) : "";
}
