/** How the goal's difference came to be what it is: a chart for each arm beside the control. */

import { find, id } from "../api.js";
import { card, h } from "../dom.js";
import { plot } from "../plot.js";
import { datedMinute, difference, minute, title, words } from "../units.js";
import { sureness, unitOf } from "../verdicts.js";

/** A chart over more days than these has days at its axis. */
const DAYS = 3;

/** What the console has kept, or null where it has kept nothing. */
export const effectsOf = (entry, signal) => find(`/experiments/${id(entry.name)}/effects`, signal);

/** A card with the charts; null before there are two points. */
export function effectCard(entry, effects) {
  if (!effects || effects.times.length < 2) return null;
  const unit = unitOf(entry, effects.metric);
  return card(
    "The difference over time",
    `${title(effects.metric)}, beside the control`,
    Object.entries(effects.arms).map(([variant, arm]) => chart(variant, arm, effects, unit)),
    h(
      "p",
      { class: "dim" },
      `In ${sureness(entry)} of experiments the true difference is inside the band at every moment that you look. It gets narrower with each user who is over. While it reaches across zero, chance may explain the difference.`,
    ),
  );
}

function chart(variant, arm, { times, arms }, unit) {
  const says = (value) => difference(value, unit);
  const newest = (values) => says(values.at(-1));
  const days = times.at(-1) - times[0] > DAYS * 86_400;
  return [
    Object.keys(arms).length > 1 && h("h3", {}, words(variant)),
    plot({
      words: `${title(variant)}: ${newest(arm.difference)} now, between ${newest(arm.low)} and ${newest(arm.high)}; ${says(arm.difference[0])} at first, between ${says(arm.low[0])} and ${says(arm.high[0])}`,
      times,
      series: [
        { label: "difference", values: arm.difference },
        { label: "at most", values: arm.high, colour: "dim", dashed: true },
        { label: "at least", values: arm.low, colour: "dim", dashed: true },
      ],
      band: [1, 2],
      says,
      seconds: unit === "seconds",
      when: days ? datedMinute : minute,
      days,
      height: 220,
    }),
  ];
}
