/** Small pictures, drawn as SVG. */

import { h, number, percent } from "./dom.js";

/** A line over time, newest at the right; gaps where a value is null. */
export function sparkline(values, { width = 260, height = 46 } = {}) {
  const top = Math.max(...values.filter((value) => value != null), 0) || 1;
  const step = width / Math.max(values.length - 1, 1);
  let pen = "M";
  const path = values
    .map((value, i) => {
      if (value == null) {
        pen = "M";
        return "";
      }
      const point = `${pen}${(i * step).toFixed(1)} ${(height - 3 - (value / top) * (height - 6)).toFixed(1)}`;
      pen = "L";
      return point;
    })
    .join("");
  return h(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" },
    h("path", { d: path || "M0 0" }),
  );
}

/** A bar for each row: label, share of the longest, what it says. */
export function bars(rows, says = percent) {
  const longest = Math.max(...rows.map((row) => Math.abs(row.value)), 1e-12);
  return h(
    "div",
    { class: "bars" },
    rows.map((row) => [
      h("span", { class: "label", title: row.label }, row.label),
      h(
        "span",
        { class: `bar ${row.value < 0 ? "against" : ""} ${row.kind ?? ""}` },
        meter(Math.abs(row.value) / longest),
      ),
      h("span", { class: "amount" }, says(row.value)),
    ]),
  );
}

function meter(share) {
  return h(
    "svg",
    { viewBox: "0 0 100 10", preserveAspectRatio: "none" },
    h("rect", { width: (share * 100).toFixed(2), height: 10 }),
  );
}

/** An interval around a difference, on a scale that all intervals share; zero is marked. */
export function interval({ low, value, high }, reach) {
  const x = (v) => 100 + (Math.max(-reach, Math.min(reach, v)) / reach) * 96;
  return h(
    "svg",
    { class: "interval", viewBox: "0 0 200 16", role: "img" },
    h("title", {}, `${number(low)} to ${number(high)}`),
    h("line", { x1: 100, x2: 100, y1: 0, y2: 16, class: "zero" }),
    h("line", { x1: x(low), x2: x(high), y1: 8, y2: 8, class: "span" }),
    h("circle", { cx: x(value), cy: 8, r: 3.5 }),
  );
}
