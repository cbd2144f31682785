/** How do conversations go? Each figure beside the period before, by day or by another dimension. */

import { get, id } from "../api.js";
import { actions, button, card, dim, empty, h, later, link, table } from "../dom.js";
import { bars } from "../charts.js";
import { save } from "../files.js";
import { plot } from "../plot.js";
import { day, title, VALUES, words } from "../units.js";
import { change, csv, FIGURES, periods, points } from "../kpi-figures.js";

const DIMENSIONS = ["day", "channel", "intent", "segment", "model", "arm"];
const PERIODS = [7, 28, 90];

/** The control's colour, and those of the other arms. */
const ARMS = ["dim", "accent", "second", "third"];

/** As many rows as a picture bears; the table has all. */
const MOST_BARS = 8;

/** @param experiment by day: the one whose arms are drawn in place of the period before */
export async function kpis(root, signal, by = "day", length = "7", experiment = "") {
  const days = PERIODS.includes(Number(length)) ? Number(length) : 7;
  const besides = h("span", {});
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
        PERIODS.map((n) => choice(`#/kpis/${by}/${n}${experiment && `/${id(experiment)}`}`, `${n} days`, n === days)),
      ),
      besides,
    ),
    later(() => load(by, days, experiment, signal), (data) => content(data, by, days), signal),
  );
  if (by !== "day") return;
  const running = await runningOf(signal).catch(() => []);
  if (running.length) besides.replaceChildren(compared(days, experiment, running));
}

/** With what the days are compared. */
const compared = (days, chosen, running) =>
  h(
    "nav",
    { class: "segmented", "aria-label": "Beside" },
    choice(`#/kpis/day/${days}`, "the days before", !chosen),
    running.map(({ name }) => choice(`#/kpis/day/${days}/${id(name)}`, `arms of ${words(name)}`, name === chosen)),
  );

const runningOf = async (signal) =>
  (await get("/responses/v1/experiments", signal)).experiments.filter((one) => one.active !== false);

const choice = (href, text, current) => h("a", { href, "aria-current": current && "true" }, text);

async function load(by, days, experiment, signal) {
  const ask = async (dimension, period) => {
    if (!period) return [];
    const report = await get(`/responses/v1/kpis?${new URLSearchParams({ by: dimension, ...period })}`, signal);
    return report.rows;
  };
  const { now, then, today } = periods(new Date(), days);
  const [controls, [all], [allThen], [allToday], rows, rowsThen, rowsToday] = await Promise.all([
    by === "arm" ? controlOfEach(signal) : new Map(),
    ask("all", now),
    ask("all", then),
    ask("all", today),
    ask(by, now),
    ask(by, then),
    ask(by, today),
  ]);
  const arms = by === "day" && experiment ? await armsByDay(experiment, now, signal) : null;
  // who began today sees today
  if (!all?.visits && !allThen?.visits)
    return { now: today, then: null, today, all: allToday, allToday, rows: rowsToday, rowsThen: [], rowsToday, controls };
  return { now, then, today, all, allThen, allToday, rows, rowsThen, rowsToday, controls, arms };
}

/** The days of each arm; none of an experiment that is gone. */
async function armsByDay(name, now, signal) {
  const experiment = (await runningOf(signal)).find((one) => one.name === name);
  const days = (variant) =>
    get(`/responses/v1/kpis?${new URLSearchParams({ by: "day", ...now, arm: `${name}/${variant}` })}`, signal);
  return Promise.all((experiment?.variants ?? []).map(async (variant) => ({ variant, rows: (await days(variant)).rows })));
}

/** The control's row by the row of each other arm. */
async function controlOfEach(signal) {
  const { experiments } = await get("/responses/v1/experiments", signal);
  return new Map(
    experiments.flatMap(({ name, variants: [control, ...others] }) =>
      others.map((other) => [`${name}/${other}`, `${name}/${control}`]),
    ),
  );
}

const isFirstDay = ({ now, today }) => now === today;

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
    isFirstDay(data) &&
      h("p", { class: "note" }, "This is today so far: there is no whole day yet. From tomorrow on, whole days are compared with the ones before."),
    h("div", { class: "grid tiles" }, FIGURES.filter((one) => one.tile).map((one) => tile(one, data, days))),
    by === "day" && isFirstDay(data)
      ? ""
      : h(
          "div",
          { class: "grid wide last-wide" },
          FIGURES.filter((one) => one.chart).map((one) => (by === "day" ? overDays(one, data, days) : overRows(one, data, by))),
        ),
    card(
      `By ${by}`,
      isFirstDay(data) ? "today so far" : `${day(data.now.from)} to ${day(data.now.to)}`,
      scrollable(figuresTable(data, by), "The figures"),
      dim(
        "Open issues count as taking longer than their age. A conversation counts on the day it began (UTC).",
        isFirstDay(data) ? "" : " The period ends with yesterday; today is not over and is compared with nothing.",
        by === "segment" ? " A customer in two segments counts in both." : "",
        by === "arm" ? " An arm stands beside its experiment’s control, a control beside nothing." : "",
        " Rows that differ are no proof of a cause: ",
        link("#/experiments", "an experiment"),
        " is.",
      ),
    ),
  ].filter(Boolean);
}

function tile(one, data, days) {
  const [now, then, today] = [data.all, data.allThen, data.allToday].map((row) => value(one, row));
  const moved = change(one, now, then);
  return h(
    "section",
    { class: "card tile" },
    h(
      "div",
      { class: "figure" },
      h("span", {}, one.label),
      h("b", {}, VALUES[one.unit](now)),
      h("small", {}, moved && [h("span", { class: moved.kind }, moved.says), " "], beside(one, data, then, days)),
      !isFirstDay(data) && today != null && h("small", {}, `today so far ${VALUES[one.unit](today)}`),
    ),
  );
}

/** What a figure is compared with. */
function beside(one, data, then, days) {
  if (isFirstDay(data)) return "today so far";
  if (!data.then) return `${days} days are as many as are kept, so none before to compare with`;
  return then == null ? `nothing to compare in the ${days} days before` : `${VALUES[one.unit](then)} in the ${days} days before`;
}

const value = (one, row) => (row ? one.of(row) : null);

/** This period's days, those of the period before under the same days, and today. */
function overDays(one, data, days) {
  const { times, now, then, today } = points(one, data, days);
  const says = VALUES[one.unit];
  const last = now.filter((v) => v != null).at(-1);
  const isCount = one.unit === "count";
  return card(
    one.label,
    one.better === "lower" ? "lower is better" : one.better === "higher" ? "higher is better" : null,
    [...now, ...then, ...today].every((v) => v == null)
      ? dim("Nothing to show in either period.")
      : plot({
          words: `${one.label} by day; ${says(last)} on the last whole day with a value`,
          times,
          series: data.arms?.length
            ? data.arms.map(({ variant, rows }, i) => ({
                label: words(variant),
                values: points(one, { ...data, rows }, days).now,
                colour: ARMS[i % ARMS.length],
                dashed: i === 0, // the control
              }))
            : [
                { label: `these ${days} days`, values: now, bars: isCount },
                data.then && { label: `the ${days} days before`, values: then, colour: "dim", dashed: true },
                today.at(-1) != null && { label: "today so far", values: today, colour: "second", bars: isCount },
              ].filter(Boolean),
          says,
          when: (at) => day(new Date(at * 1000).toISOString().slice(0, 10)),
          days: true,
        }),
  );
}

/** Each row's value, and under it that of the period before, or of the arm's control. */
function overRows(one, data, by) {
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
          rows.flatMap(({ row, value: v }) => {
            const other = value(one, comparedWith(data, by, row));
            const besides = { label: by === "arm" ? "control" : "before", value: other, kind: "muted before" };
            return [{ label: nameOf(by, row.value), value: v }, ...(other == null ? [] : [besides])];
          }),
          says,
        )
      : dim("Nothing to show in this period."),
  );
}

function nameOf(by, name) {
  if (by === "day") return day(name);
  if (by === "arm") return title(name.replace("/", ": "));
  return by === "model" ? name : title(name);
}

/** The row that another one is compared with. */
function comparedWith(data, by, row) {
  const [rows, name] = by === "arm" ? [data.rows, data.controls.get(row.value)] : [data.rowsThen, row.value];
  return by === "day" ? undefined : rows.find((one) => one.value === name);
}

function figuresTable(data, by) {
  const rows = by === "day" && !isFirstDay(data) ? [...data.rows, ...data.rowsToday] : data.rows;
  return table(
    [by, ...FIGURES.map((one) => ({ amount: one.short ?? one.label, title: one.label }))],
    rows.map((row) => [
      h("b", { class: by === "arm" ? "wraps" : "" }, nameOf(by, row.value), !isFirstDay(data) && data.rowsToday.includes(row) && h("small", {}, " so far")),
      ...FIGURES.map((one) => {
        const now = one.of(row);
        // how large an arm is says nothing of what it does
        const moved = by === "arm" && one.unit === "count" ? null : change(one, now, value(one, comparedWith(data, by, row)));
        return h("span", {}, VALUES[one.unit](now), moved && h("small", { class: moved.kind }, ` ${moved.says}`));
      }),
    ]),
    "No conversation in this period.",
  );
}

/** A wide table has little between its columns, and is moved by the arrow keys, too. */
function scrollable(place, name) {
  place.classList.add("dense");
  for (const [key, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": name })) place.setAttribute(key, value);
  return place;
}

/** As a file that spreadsheets read: raw values, both periods. */
const download = (data, by) =>
  save(`attune-kpis-by-${by}-${data.now.from}-${data.now.to}.csv`, "text/csv", csv(data, by));
