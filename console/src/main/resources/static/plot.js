/** Charts over time, drawn by uPlot: axes, a tooltip, and colours that follow the theme. */

import { h } from "./dom.js";
import { duration } from "./units.js";

/* global uPlot */

const COLOURS = { accent: "--accent", second: "--second", third: "--third", bad: "--bad", good: "--good", warn: "--warn", dim: "--dim" };

const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(COLOURS[name] ?? name).trim();

/** light-dark() is resolved by an element that has it as its colour. */
function resolved(name) {
  const probe = h("i", { class: "probe" });
  probe.style.color = colour(name);
  document.body.append(probe);
  const said = getComputedStyle(probe).color;
  probe.remove();
  return said;
}

/**
 * A chart that is as wide as its place.
 *
 * @param words what it shows, for who can't see it
 * @param times seconds since 1970, ascending
 * @param series `{label, values, colour?, dashed?, bars?, area?, at?, fixed?}` each; null is a gap, `at` the
 *   label of one time by its place, `fixed` a line that the pointer says nothing of
 * @param says a value in words
 * @param seconds whether values are lengths of time, in seconds
 * @param when a time in words
 * @param days whether the times are whole days, UTC
 * @param height in pixels
 * @param most the least that the scale reaches up to
 * @param band the upper and the lower of two series, between which it is shaded; counted from 0
 */
export function plot({ words, times, series, says, seconds = says === duration, when, days = false, height = 200, most = 0, band }) {
  const place = h("div", { class: "plot-area", role: "img", "aria-label": words });
  const legend = h(
    "ul",
    { class: "legend" },
    series.map((one) => h("li", { class: `${one.colour ?? "accent"} ${one.dashed ? "dashed" : ""}` }, one.label)),
  );
  const root = h("div", { class: "plot" }, series.length > 1 && legend, place);
  let chart = null;
  const draw = () => {
    chart?.destroy();
    chart = new uPlot(options(), [times, ...series.map((one) => one.values)], place);
  };
  const options = () => ({
    width: Math.max(place.clientWidth, 120),
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    tzDate: days ? (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC") : undefined,
    scales: {
      x: { time: true, ...(days && { range: (_, low, high) => [low - 43_200, high + 43_200] }) },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0) * 1.08, Math.max(high ?? 0, most, 1e-9) * 1.08] },
    },
    axes: [axis({ size: 28, space: 64, ...(days ? dayAxis() : timeAxis()) }), axis({ size, values: (_, at) => at.map(says), space: 40, ...(seconds && timeSteps) })],
    series: [{}, ...series.map(line)],
    bands: band && [{ series: band.map((one) => one + 1), fill: shade(resolved("accent"), 12) }],
    plugins: [tooltip(series, says, when)],
  });
  const sized = new ResizeObserver(() => {
    // a page that was left: uPlot would keep the chart for ever
    if (!root.isConnected) return end();
    if (!place.clientWidth) return;
    if (chart) chart.setSize({ width: place.clientWidth, height });
    else draw();
  });
  const restyle = () => chart && draw();
  const end = () => {
    chart?.destroy();
    chart = null;
    sized.disconnect();
    removeEventListener("themechange", restyle);
  };
  sized.observe(place);
  addEventListener("themechange", restyle);
  /** New values in the same chart. */
  root.update = (newTimes, values) => {
    times = newTimes;
    series.forEach((one, i) => (one.values = values[i]));
    chart?.setData([newTimes, ...values]);
  };
  return root;
}

function axis(own) {
  const line = resolved("--line");
  return {
    stroke: resolved("--dim"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    ...own,
  };
}

/** As wide as the longest value is. */
const size = (_, values) => 14 + 6.6 * Math.max(2, ...(values ?? []).map((text) => String(text).length));

/** Seconds are marked at times that a clock has. */
const timeSteps = {
  incrs: [
    ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms / 1000),
    ...[1, 2, 5, 10, 20, 30],
    ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * 60),
    ...[1, 2, 4, 8, 12].map((hours) => hours * 3600),
    ...[1, 2, 5, 10, 20].map((days) => days * 86_400),
  ],
};

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Its marks say minutes, so none are closer. */
const timeAxis = () => ({ incrs: timeSteps.incrs.filter((seconds) => seconds >= 60), values: (_, at) => at.map((one) => clock.format(new Date(one * 1000))) });

const dayAxis = () => ({
  incrs: [1, 2, 3, 7, 14, 28, 56, 112].map((n) => n * 86_400),
  values: (_, at) =>
    at.map((one) =>
      one % 86_400
        ? ""
        : new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" }).format(
            new Date(one * 1000),
          ),
    ),
});

const shade = (colour, percent) => `color-mix(in srgb, ${colour} ${percent}%, transparent)`;

function line(one) {
  const stroke = resolved(one.colour ?? "accent");
  return {
    label: one.label,
    stroke,
    width: one.dashed ? 1.5 : 2,
    dash: one.dashed ? [5, 4] : undefined,
    fill: one.bars || one.area ? shade(stroke, one.bars ? 75 : 12) : undefined,
    paths: one.bars ? uPlot.paths.bars({ size: [0.55, 56] }) : undefined,
    points: one.bars || one.fixed ? { show: false } : { size: 5 },
    spanGaps: false,
  };
}

/** What all series say at the time under the pointer. */
function tooltip(series, says, when) {
  const box = h("div", { class: "tooltip" });
  box.hidden = true;
  return {
    hooks: {
      init: (chart) => chart.over.append(box),
      setCursor: (chart) => {
        const { idx, left } = chart.cursor;
        box.hidden = idx == null || left < 0;
        if (box.hidden) return;
        box.replaceChildren(
          h("b", {}, when(chart.data[0][idx])),
          ...series.flatMap((one, i) =>
            one.fixed
              ? []
              : h(
                  "div",
                  { class: one.colour ?? "accent" },
                  h("span", {}, one.at?.(idx) ?? one.label),
                  h("span", {}, says(chart.data[i + 1][idx])),
                ),
          ),
        );
        const right = left > chart.over.clientWidth / 2;
        box.style.left = right ? "" : `${left + 12}px`;
        box.style.right = right ? `${chart.over.clientWidth - left + 12}px` : "";
      },
    },
  };
}
