import assert from "node:assert/strict";
import { test } from "node:test";
import {
  kindOf,
  notCompared,
  power,
  sampleRatio,
  sureness,
  unitOf,
  verdict,
} from "../../main/resources/static/verdicts.js";
import { ENTRY, REPORTS } from "./experiment-states.mjs";

const said = (name) => verdict(ENTRY, REPORTS[name]);

test("before anybody took part it says what starts it", () => {
  const { badge, when, worth } = said("nobody");

  assert.equal(badge, "Too early");
  assert.match(when, /Nobody has taken part yet/);
  assert.equal(worth, null);
});

test("while windows are open it says what is missing, and when that is there", () => {
  const { badge, when } = said("open");

  assert.equal(badge, "Too early");
  assert.match(when, /200 users an arm who are over \(now 295 take part, 0 are over\)/);
  assert.match(when, /7 days \(now 2 h\)/);
  assert.match(when, /in about 7 days\./);
  assert.equal(
    notCompared(ENTRY, REPORTS.open, REPORTS.open.metrics[0]),
    "A user counts a day after the first reply. The first ones are over in about 22 hours.",
  );
});

test("a winner is worth minutes, with a range and the share of the control", () => {
  const { badge, kind, when, worth } = said("winner");

  assert.deepEqual([badge, kind, when], ["It helps", "good", null]);
  assert.equal(worth[0].difference, "−2 min");
  assert.equal(worth[0].lift, "−20 %");
  assert.equal(worth[0].kind, "good");
  assert.equal(
    worth[0].sentence,
    "Handling time is 8 min instead of 10 min. The true difference is between −3 min and −1 min.",
  );
});

test("without a difference so far it says how long one takes to show", () => {
  assert.match(said("undecided").when, /is shown in about 3 days/);
  assert.equal(said("undecided").kind, "");
});

test("an arm that got worse, or sizes that don't fit, are told first", () => {
  assert.equal(said("loser").badge, "It makes things worse");
  assert.equal(said("mismatch").badge, "Not to be trusted");
  assert.equal(said("mismatch").worth, null);
  assert.equal(sampleRatio(REPORTS.mismatch).ok, false);
  assert.equal(sampleRatio(REPORTS.winner).ok, true);
  assert.deepEqual(sampleRatio(REPORTS.winner).expected, [2000, 2000]);
});

test("whether a difference is good depends on the metric", () => {
  const lower = { higherIsBetter: false };
  const higher = { higherIsBetter: true };
  const plan = { plan: { alpha: 0.05 } };
  const shown = { difference: -1, p: 0.05, interval: { low: -2, high: -0.5 } };
  const amongMany = { difference: -1, p: 0.06, interval: { low: -2, high: -0.5 } };

  const done = { status: "WINNER" };
  assert.equal(kindOf(plan, done, lower, shown), "good");
  assert.equal(kindOf(plan, done, higher, shown), "bad");
  assert.equal(kindOf(plan, done, higher, amongMany), "", "its interval alone would say so");
  assert.equal(kindOf(plan, { status: "COLLECTING" }, higher, shown), "", "too early");
  assert.equal(kindOf(plan, { status: "SAMPLE_RATIO_MISMATCH" }, higher, shown), "", "not to be trusted");
});

test("a metric without a comparison says why, and never that users are few where they aren't", () => {
  const metric = (why) => ({ metric: "handling-time", notCompared: why, values: [], comparisons: [] });

  assert.match(notCompared(ENTRY, REPORTS.winner, metric("TOO_FEW_USERS")), /Fewer than 100 users/);
  assert.match(notCompared(ENTRY, REPORTS.winner, metric("ALL_ALIKE")), /the same value/);
  assert.match(notCompared(ENTRY, REPORTS.winner, metric("WEIGHTS_CHANGED")), /weights changed/);
});

test("power is told as a difference in the metric's own unit", () => {
  const goal = REPORTS.winner.metrics[0];

  assert.equal(
    power(ENTRY, goal, goal.comparisons[0]),
    "With these users, a true difference of 1.5 min would be found in 80 of 100 cases.",
  );
  assert.equal(unitOf(ENTRY, "unknown"), "number");
});

test("a plan without days asks for none, and intervals are as sure as the plan says", () => {
  const plan = { ...ENTRY.plan, minDays: 0, alpha: 0.1 };
  const { when } = verdict({ ...ENTRY, plan }, REPORTS.open);

  assert.match(when, /^A verdict needs 200 users an arm who are over \(now 295 take part, 0 are over\)\. At the present rate/);
  assert.equal(sureness({ plan }), "90 %");
});
