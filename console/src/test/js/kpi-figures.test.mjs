import assert from "node:assert/strict";
import { test } from "node:test";
import { change, csv, FIGURES, periods, points } from "../../main/resources/static/kpi-figures.js";
import { row } from "./kpi-rows.mjs";

const named = (name) => FIGURES.find((one) => one.name === name);
const MEDIAN = named("resolution_median_seconds");

test("whole days are compared with whole days, and today stands apart", () => {
  assert.deepEqual(periods(new Date("2026-03-02T23:30:00Z"), 7), {
    now: { from: "2026-02-23", to: "2026-03-01" },
    then: { from: "2026-02-16", to: "2026-02-22" },
    today: { from: "2026-03-02", to: "2026-03-02" },
  });
});

test("nothing is compared with days that are no longer kept", () => {
  const today = new Date("2026-03-31T00:00:00Z");
  assert.notEqual(periods(today, 28).then, null);
  assert.equal(periods(today, 90).then, null);
  assert.equal(periods(today, 90).now.from, "2025-12-31");
});

test("the period before lies under the same days, and days without a figure are gaps", () => {
  const data = {
    now: { from: "2026-03-01", to: "2026-03-02" },
    rows: [row("2026-03-02", { median: 60 })],
    rowsThen: [row("2026-02-27", { median: 90 })],
    rowsToday: [row("2026-03-03", { median: 70 })],
  };

  assert.deepEqual(points(MEDIAN, data, 2), {
    times: ["2026-03-01", "2026-03-02", "2026-03-03"].map((day) => Date.parse(day) / 1000),
    now: [null, 60, null],
    then: [90, null, null],
    today: [null, null, 70],
  });
});

test("a change is good or bad by the figure, in points for shares", () => {
  assert.deepEqual(change(MEDIAN, 60, 80), { says: "▼ 25 %", kind: "up" });
  assert.deepEqual(change(named("satisfied_share"), 0.5, 0.525), { says: "▼ 2.5 points", kind: "down" });
  assert.deepEqual(change(named("conversations"), 30, 20), { says: "▲ 50 %", kind: "dim" });
  assert.equal(change(MEDIAN, 60, null), null);
  assert.equal(change(MEDIAN, 60, 0), null);
});

test("handling time comes first, and is unknown to a service that doesn't tell it", () => {
  assert.equal(FIGURES[0].name, "handling_seconds_per_conversation");
  assert.equal(FIGURES[0].of(row("all", { handling: 40 })), 40);
  assert.equal(FIGURES[0].of(row("all", { handling: null })), null);
  assert.equal(FIGURES[0].of({ ...row("all"), handling: undefined }), null);
});

test("settled without a person is what was not assisted", () => {
  assert.equal(named("without_a_person_share").of(row("all", { assisted: 0.25 })), 0.75);
  assert.equal(named("without_a_person_share").of(row("all", { assisted: null })), null);
});

test("a file for spreadsheets has both periods and no formula", () => {
  const data = {
    now: { from: "2026-03-01", to: "2026-03-02" },
    then: { from: "2026-02-27", to: "2026-02-28" },
    today: { from: "2026-03-03", to: "2026-03-03" },
    rowsToday: [row("ios", { median: 5 })],
    rows: [row('=1+1,"x"', { median: 60 })],
    rowsThen: [row("web", { median: null })],
  };

  const lines = csv(data, "channel").split("\r\n");

  assert.match(lines[0], /^from,to,channel,handling_seconds_per_conversation,resolution_median_seconds,/);
  assert.match(lines[1], /^2026-03-01,2026-03-02,"'=1\+1,""x""",35,60,/);
  assert.match(lines[2], /^2026-02-27,2026-02-28,web,35,,/);
  assert.match(lines[3], /^2026-03-03,2026-03-03,ios,35,5,/);
});
