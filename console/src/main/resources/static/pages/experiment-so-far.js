/** How the arms' conversations go, from the first one on: before a user's window has closed, and without a verdict. */

import { find } from "../api.js";
import { card, dim, h, table } from "../dom.js";
import { change, FIGURES } from "../kpi-figures.js";
import { VALUES, words } from "../units.js";

/** As long as KPIs are kept. */
const KEPT_DAYS = 90;

const DAY_MS = 86_400_000;

/** KPIs of each arm; null where a service that is older tells none. */
export function soFarOf(entry, signal) {
  const dayBefore = (days) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
  const period = { by: "arm", from: dayBefore(KEPT_DAYS - 1), to: dayBefore(0) };
  return find(`/responses/v1/kpis?${new URLSearchParams(period)}`, signal).then((report) => arms(entry, report));
}

function arms(entry, report) {
  const rows = new Map(report?.rows.map((row) => [row.value, row]));
  const known = entry.variants.map((variant) => [variant, rows.get(`${entry.name}/${variant}`)]);
  return known.some(([, row]) => row?.engagement.conversations) ? known : null;
}

/** A card with a row for each figure that some arm has; null while no conversation has ended. */
export function soFarCard(known) {
  if (!known) return null;
  return card(
    "How their conversations go",
    "finished ones, beside the control",
    armByArm("figure", known, FIGURES),
    dim(
      "A look, not a verdict: it is here at once, counts each conversation by itself, and doesn’t know what chance does. The verdict waits until each user’s window has closed.",
    ),
  );
}

/** The figures that matter most, where there is no verdict yet; null while no conversation has ended. */
export const soFarGlance = (known) =>
  known && h("div", { class: "glance" }, armByArm("So far: a look, not a verdict", known, FIGURES.filter((one) => one.glance)));

function armByArm(head, known, figures) {
  const [[, control], ...others] = known;
  return table(
    [head, ...known.map(([variant]) => ({ amount: words(variant) }))],
    figures
      .filter((one) => known.some(([, row]) => row && one.of(row) != null))
      .map((one) => [
        h("b", {}, one.label),
        VALUES[one.unit](control && one.of(control)),
        ...others.map(([, row]) => beside(one, row, control)),
      ]),
  );
}

function beside(one, row, control) {
  const value = row ? one.of(row) : null;
  const moved = one.unit === "count" ? null : change(one, value, control ? one.of(control) : null);
  return h("span", {}, VALUES[one.unit](value), moved && h("small", { class: moved.kind }, ` ${moved.says}`));
}
