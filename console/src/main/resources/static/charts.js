/** Small pictures without a time axis, drawn as SVG; those with one are in plot.js. */

import { h } from "./dom.js";
import { percent } from "./units.js";

/** A bar for each row: label, share of the longest, what it says. */
export function bars(rows, says = percent) {
  const longest = Math.max(...rows.map((row) => Math.abs(row.value)), 1e-12);
  return h(
    "div",
    { class: "bars" },
    rows.map((row) => [
      h("span", { class: "label", title: row.title ?? row.label }, row.label),
      h(
        "span",
        { class: `bar ${row.value < 0 ? "against" : ""} ${row.kind ?? ""}` },
        meter(Math.abs(row.value) / longest),
      ),
      h("span", { class: "amount" }, says(row.value)),
    ]),
  );
}

export function meter(share) {
  return h(
    "svg",
    { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    h("rect", { width: "100", height: 10, class: "track" }),
    h("rect", { width: (Math.max(0, Math.min(1, share)) * 100).toFixed(2), height: 10 }),
  );
}

/**
 * An interval around a difference, on a scale that all intervals share; zero is marked. The good
 * side is told by colour and by `words`.
 */
export function interval({ low, value, high, kind = "" }, reach, words, width = 200) {
  const middle = width / 2;
  const x = (v) => middle + (Math.max(-reach, Math.min(reach, v)) / reach) * (middle - 6);
  return h(
    "svg",
    { class: `interval ${kind}`, viewBox: `0 0 ${width} 22`, role: "img", "aria-label": words },
    h("title", {}, words),
    h("line", { x1: middle, x2: middle, y1: 0, y2: 22, class: "zero" }),
    h("rect", {
      x: x(low),
      width: Math.max(x(high) - x(low), 1),
      y: 7,
      height: 8,
      rx: 4,
      class: "span",
    }),
    h("circle", { cx: x(value), cy: 11, r: 4.5 }),
  );
}
