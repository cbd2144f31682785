/** What is known of a user, as the playground and the users' page show it. */

import { badge, dim, h } from "../dom.js";
import { duration, number, percent, words } from "../units.js";
import { bars } from "../charts.js";

/** Of a long list at first. */
const FIRST = 14;

/** The most likely first. */
export function intents(prediction) {
  if (!prediction) return dim("No prediction yet.");
  const rows = Object.entries(prediction.probabilities)
    .sort((a, b) => b[1] - a[1])
    .map(([label, value], i) => ({ label: words(label), value, kind: i ? "muted" : "" }));
  return h(
    "div",
    {},
    bars(rows),
    dim(`by model ${prediction.model.name} ${prediction.model.version}`),
  );
}

export function segments(names) {
  return names.length
    ? h(
        "p",
        {},
        names.map((name) => [badge(words(name)), " "]),
      )
    : dim("In no segment.");
}

/**
 * All features; those that differ from `before` are marked.
 *
 * @param before an earlier look, or null
 * @param first as many at first, the others behind them
 */
export function features(now, before, first = FIRST) {
  const row = ([name, value]) => {
    const changed = before && before[name] !== value;
    return [
      h("span", { class: "label", title: name }, words(name)),
      h("span", { class: changed ? "changed" : value == null ? "dim" : "" }, valueOf(name, value)),
    ];
  };
  return folded(Object.entries(now), row, first);
}

/** Features in two columns; the rest of a long list is a click away. */
export function folded(all, row, first = FIRST) {
  const list = (some) => h("div", { class: "features", role: "group", "aria-label": "Features" }, some.map(row));
  const more = all.slice(first);
  if (!more.length) return [list(all)];
  return [list(all.slice(0, first)), h("details", { class: "more-features" }, h("summary", {}, `${more.length} more`), list(more))];
}

/** A feature's value. A category stands as events bring it: it may be looked for, or compared with a rule. */
export function valueOf(name, value) {
  if (typeof value !== "number") return String(value ?? "unknown");
  return /(^|_)seconds(_|$)/.test(name) ? duration(value) : number(value);
}

/** How much each feature moved the predicted label's margin; the strongest first. */
export function contributions(prediction) {
  const moved = Object.entries(prediction?.contributions ?? {})
    .filter(([, value]) => value !== 0)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .slice(0, 8)
    .map(([name, value]) => ({ label: words(name), title: name, value }));
  if (!moved.length) return null;
  return h(
    "div",
    {},
    dim(
      `What spoke for and against ${words(prediction.label)} (${percent(prediction.probabilities[prediction.label])}):`,
    ),
    bars(moved, (value) => (value > 0 ? "+" : "−") + number(Math.abs(value))),
  );
}
