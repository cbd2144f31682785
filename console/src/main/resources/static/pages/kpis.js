/** How do conversations go? Each figure beside the period before, by day or by another dimension. */

import { get } from "../api.js";
import { actions, button, card, dim, empty, h, later, link, table } from "../dom.js";
import { bars } from "../charts.js";
import { plot } from "../plot.js";
import { count, day, duration, number, percent, title } from "../units.js";
import { before, change, csv, FIGURES, points } from "../kpi-figures.js";

const DIMENSIONS = ["day", "channel", "intent", "segment", "model"];
const PERIODS = [7, 28, 90];
const VALUES = { seconds: duration, share: percent, number, count };

/** As many rows as a picture bears; the table has all. */
const MOST_BARS = 8;

export async function kpis(root, signal, by = "day", length = "7") {
  const days = PERIODS.includes(Number(length)) ? Number(length) : 7;
  root.append(
    h(
      "div",
      { class: "choices filters" },
      h(
        "nav",
        { class: "segmented", "aria-label": "By" },
        DIMENSIONS.map((name) => choice(`#/kpis/${name}/${days}`, `by ${name}`, name === by)),
      ),
      h(
        "nav",
        { class: "segmented", "aria-label": "Period" },
        PERIODS.map((n) => choice(`#/kpis/${by}/${n}`, `${n} days`, n === days)),
      ),
    ),
    later(() => load(by, days, signal), (data) => content(data, by, days), signal),
  );
}

const choice = (href, text, current) => h("a", { href, "aria-current": current && "true" }, text);

async function load(by, days, signal) {
  const ask = (dimension, { from, to }) =>
    get(`/responses/v1/kpis?${new URLSearchParams({ by: dimension, from, to })}`, signal);
  const { now, then } = before(new Date(), days);
  const [all, allThen, rows, rowsThen] = await Promise.all([
    ask("all", now),
    ask("all", then),
    ask(by, now),
    ask(by, then),
  ]);
  return { now, then, all: all.rows[0], allThen: allThen.rows[0], rows: rows.rows, rowsThen: rowsThen.rows };
}

function content(data, by, days) {
  if (!data.all?.visits && !data.allThen?.visits)
    return empty(
      "No finished conversation in this period",
      "A conversation counts when it has ended: by a session_ended event, or by half an hour of silence. ",
      "Choose a longer period, or see what happens now on the ",
      link("#/", "overview"),
      ".",
    );
  actions(button("Download CSV", () => download(data, by)));
  return [
    h("div", { class: "grid tiles" }, FIGURES.filter((one) => one.tile).map((one) => tile(one, data, days))),
    h(
      "div",
      { class: "grid wide" },
      FIGURES.filter((one) => one.chart).map((one) => (by === "day" ? overDays(one, data, days) : overRows(one, data, by))),
    ),
    card(
      `By ${by}`,
      `${day(data.now.from)} to ${day(data.now.to)}`,
      figuresTable(data, by),
      dim(
        "Open issues count as taking longer than their age. A conversation counts on the day it began (UTC).",
        by === "segment" ? " A customer in two segments counts in both." : "",
        " Rows that differ are no proof of a cause: ",
        link("#/experiments", "an experiment"),
        " is.",
      ),
    ),
  ];
}

function tile(one, { all, allThen }, days) {
  const [now, then] = [value(one, all), value(one, allThen)];
  const moved = change(one, now, then);
  return h(
    "section",
    { class: "card tile" },
    h(
      "div",
      { class: "figure" },
      h("span", {}, one.label),
      h("b", {}, VALUES[one.unit](now)),
      h(
        "small",
        {},
        moved && [h("span", { class: moved.kind }, moved.says), " "],
        then == null ? `nothing to compare in the ${days} days before` : `${VALUES[one.unit](then)} in the ${days} days before`,
      ),
    ),
  );
}

const value = (one, row) => (row ? one.of(row) : null);

/** This period's days, and those of the period before under the same days. */
function overDays(one, data, days) {
  const { times, now, then } = points(one, data, days);
  const says = VALUES[one.unit];
  const last = now.filter((v) => v != null).at(-1);
  return card(
    one.label,
    one.better === "lower" ? "lower is better" : one.better === "higher" ? "higher is better" : null,
    now.every((v) => v == null) && then.every((v) => v == null)
      ? dim("Nothing to show in either period.")
      : plot({
          words: `${one.label} by day; ${says(last)} on the last day with a value`,
          times,
          series: [
            { label: `these ${days} days`, values: now, bars: one.unit === "count" },
            { label: `the ${days} days before`, values: then, colour: "dim", dashed: true },
          ],
          says,
          when: (at) => day(new Date(at * 1000).toISOString().slice(0, 10)),
          days: true,
        }),
  );
}

function overRows(one, data, by) {
  const then = new Map(data.rowsThen.map((row) => [row.value, one.of(row)]));
  const rows = data.rows
    .map((row) => ({ row, value: one.of(row) }))
    .filter(({ value: v }) => v != null)
    .sort((a, b) => b.row.visits - a.row.visits)
    .slice(0, MOST_BARS);
  const says = VALUES[one.unit];
  return card(
    one.label,
    one.better === "lower" ? "lower is better" : one.better === "higher" ? "higher is better" : null,
    rows.length
      ? bars(
          rows.flatMap(({ row, value: v }) => [
            { label: nameOf(by, row.value), value: v },
            ...(then.get(row.value) == null
              ? []
              : [{ label: "before", value: then.get(row.value), kind: "muted before" }]),
          ]),
          says,
        )
      : dim("Nothing to show in this period."),
  );
}

const nameOf = (by, name) => (by === "day" ? day(name) : by === "model" ? name : title(name));

function figuresTable(data, by) {
  const then = new Map(data.rowsThen.map((row) => [row.value, row]));
  return table(
    [by, ...FIGURES.map((one) => ({ amount: one.label }))],
    data.rows.map((row) => [
      h("b", {}, nameOf(by, row.value)),
      ...FIGURES.map((one) => {
        const now = one.of(row);
        const moved = by === "day" ? null : change(one, now, value(one, then.get(row.value)));
        return h("span", {}, VALUES[one.unit](now), moved && h("small", { class: moved.kind }, ` ${moved.says}`));
      }),
    ]),
    "No conversation in this period.",
  );
}

/** As a file that spreadsheets read: raw values, both periods. */
function download(data, by) {
  const file = URL.createObjectURL(new Blob([csv(data, by)], { type: "text/csv" }));
  const anchor = h("a", { href: file, download: `attune-kpis-by-${by}-${data.now.from}-${data.now.to}.csv` });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  URL.revokeObjectURL(file);
}
