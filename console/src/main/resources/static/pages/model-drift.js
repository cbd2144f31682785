/** Whether the world still is what the live model learned from: now, and how it came to be. */

import { find, get, id } from "../api.js";
import { badge, card, dim, h } from "../dom.js";
import { bars } from "../charts.js";
import { plot } from "../plot.js";
import { count, datedMinute, minute, number, words } from "../units.js";

/** From these indices on a feature is worth a look, and has drifted. */
const MOVED = 0.1;
const DRIFTED = 0.25;

/** So many features, those that moved most, have a line of their own. */
const COLOURS = ["accent", "second", "third"];

/** A chart over more days than these has days at its axis. */
const DAYS = 3;

/** The newest report, and what the console has kept of its version; null: nothing yet. */
export async function driftOf(signal) {
  const report = await get("/inference/v1/drift", signal);
  return { report, past: report.modelVersion && (await find(`/models/${id(report.modelVersion)}/drift`, signal)) };
}

export function driftCard({ report, past }) {
  if (!report.modelVersion)
    return card("Drift", null, dim("No model with references is live, so there is nothing to compare with."));
  const all = [report.prediction, report.confidence, ...report.features].filter(Boolean);
  const by = (level) => all.filter((one) => one.level === level);
  const compared = all.filter((one) => one.populationStability != null).sort((a, b) => b.populationStability - a.populationStability);
  return card(
    "Drift",
    `${count(report.rows)} rows beside the training of ${report.modelVersion}`,
    verdict(compared, by),
    overTime(past),
    compared.length > 0 && [h("h3", {}, "Now, by feature"), newest(compared)],
    compared.length > 0 && by("TOO_EARLY").length > 0 && list(`Too early to say for ${by("TOO_EARLY").length}`, by("TOO_EARLY")),
    by("NO_REFERENCE").length > 0 && list(`Not compared: ${by("NO_REFERENCE").length}, because the training had too few users of this age`, by("NO_REFERENCE")),
    dim(
      "Population stability index: below 0.1 nothing moved; from 0.25 a feature has drifted. Users are compared with the training’s users of the same age, the time since their first event. Of several instances of inference-service this is what one says, which looks at its share of the users.",
    ),
  );
}

function verdict(compared, by) {
  const drifted = by("DRIFTED");
  const [word, kind, says] = !compared.length
    ? ["too early to say", "", "There are not yet enough users of an age that the model learned from. This is usual after a start."]
    : drifted.length
      ? ["drifted", "bad", `${drifted.map((one) => nameOf(one.name)).join(", ")}: not what the model learned from. Train again.`]
      : by("MOVED").length
        ? ["moved a little", "warn", "Worth a look, no reason to train yet."]
        : ["stable", "good", "Users are what the model learned from."];
  return h("p", {}, badge(word, kind), " ", says);
}

const newest = (compared) =>
  bars(
    compared.slice(0, 12).map((one) => ({
      label: nameOf(one.name),
      value: one.populationStability,
      kind: one.level === "DRIFTED" ? "bad" : one.level === "MOVED" ? "warn" : "muted",
    })),
    number,
  );

/** The features that moved most, under the highest of all; nothing before there are two points. */
function overTime(past) {
  if (!past || past.times.length < 2) return null;
  const { times, highest, features } = past;
  const days = times.at(-1) - times[0] > DAYS * 86_400;
  const names = Object.keys(features);
  const leader = (at) => names.find((name) => features[name][at] === highest[at]);
  const level = (label, value, colour) => ({ label: `${label}: ${value}`, values: times.map(() => value), colour, dashed: true, fixed: true });
  return [
    h("h3", {}, "Over time"),
    plot({
      words: `Drift over time: ${peak(past, leader)}; ${now(highest)}`,
      times,
      series: [
        {
          label: "highest of all",
          at: (at) => (highest[at] == null ? "too early to say" : `highest: ${nameOf(leader(at) ?? "another feature")}`),
          values: highest,
          colour: "dim",
          area: true,
        },
        ...names.slice(0, COLOURS.length).map((name, i) => ({ label: nameOf(name), values: features[name], colour: COLOURS[i] })),
        level("worth a look", MOVED, "warn"),
        level("drifted", DRIFTED, "bad"),
      ],
      says: number,
      when: days ? datedMinute : minute,
      days,
      height: 240,
      most: 1.1 * DRIFTED,
    }),
  ];
}

function peak({ highest }, leader) {
  const at = highest.indexOf(Math.max(...highest.filter((value) => value != null)));
  return at < 0 ? "too early to say so far" : `at most ${number(highest[at])}, ${nameOf(leader(at) ?? "another feature")}`;
}

const now = (highest) => (highest.at(-1) == null ? "too early to say now" : `${number(highest.at(-1))} now`);

const nameOf = (name) => ({ "@prediction": "what is predicted", "@confidence": "how sure the model is" })[name] ?? words(name);

const list = (summary, features) =>
  h("details", {}, h("summary", {}, summary), h("p", {}, features.map((one) => nameOf(one.name)).join(", ")));
