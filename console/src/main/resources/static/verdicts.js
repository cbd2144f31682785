/** What an experiment's report comes to, in a person's words. No page, so that it can be tested alone. */

import { about, count, difference, duration, percent, VALUES, words } from "./units.js";

/** By status: the badge, its kind, and what to do. */
const VERDICTS = {
  WINNER: ["It helps", "good", "You may conclude: the goal is better, and chance doesn’t explain it."],
  LOSER: ["It makes things worse", "bad", "You may conclude: the goal is worse, and chance doesn’t explain it."],
  HARM: ["It does harm", "bad", "Stop it, or find out why: a guardrail got worse."],
  SAMPLE_RATIO_MISMATCH: [
    "Not to be trusted",
    "bad",
    "The arms’ sizes are not what their weights promise. Find out why before you trust anything here.",
  ],
  UNDECIDED: ["No difference so far", "", "You may not conclude yet."],
  COLLECTING: ["Too early", "", "You may not conclude yet."],
};

/**
 * @param entry of /v1/experiments
 * @param report its results
 * @return badge, kind, says: whether one may conclude; when: when one may, or null; worth: what it
 *     is worth, or null
 */
export function verdict(entry, report) {
  const [badge, kind, says] = VERDICTS[report.status];
  return { badge, kind, says, when: when(entry, report), worth: worth(entry, report) };
}

const OPEN = new Set(["COLLECTING", "UNDECIDED"]);

/** What is missing for a verdict, and how long that takes at the present rate. */
function when(entry, report) {
  if (!OPEN.has(report.status)) return null;
  const goal = report.metrics[0];
  if (!goal) return null;
  if (report.status === "UNDECIDED") {
    const toGo = longest(goal.comparisons.map((one) => one.daysToGo));
    if (goal.notCompared === "WEIGHTS_CHANGED")
      return "The weights changed, and this goal can’t take that into account: choose a mean, a share or a ratio.";
    return toGo == null
      ? "At the present difference no number of days would show it."
      : `If the difference stays as it is, it is shown in ${about(toGo)}.`;
  }
  const { minUsers, minDays } = entry.plan;
  const arms = report.arms.map((arm) => arm.exposed);
  if (!arms.some((users) => users > 0))
    return "Nobody has taken part yet. It starts with the first reply to a user of the experiment.";
  const window = windowDays(entry, goal);
  const perDay = Math.min(...arms) / Math.max(report.runningDays, 1 / 24);
  const usersIn = perDay > 0 ? (minUsers - Math.min(...arms)) / perDay : Infinity;
  const toGo = Math.max(
    minDays - report.runningDays,
    usersIn + window,
    window - report.runningDays,
  );
  const fewest = Math.min(...goal.values.map((value) => value.users));
  const time = minDays > 0 ? ` and ${about(minDays).replace("about ", "")} (now ${ran(report.runningDays)})` : "";
  const now = `${count(Math.min(...arms))} take part, ${count(fewest)} ${fewest === 1 ? "is" : "are"} over`;
  const needs = `A verdict needs ${count(minUsers)} users an arm who are over (now ${now})${time}.`;
  return Number.isFinite(toGo) && toGo > 0
    ? `${needs} At the present rate that is in ${about(toGo)}.`
    : `${needs}`;
}

const windowDays = (entry, metric) =>
  (entry.metrics.find((one) => one.name === metric.metric)?.windowSeconds ?? 0) / 86_400;

/** How long it has run, as one would say it. */
export const ran = (days) =>
  days < 1 ? duration(days * 86_400) : `${days < 10 ? Number(days.toFixed(1)) : Math.round(days)} days`;

const longest = (days) => {
  const known = days.filter((one) => one != null);
  return known.length ? Math.max(...known) : null;
};

/** The goal's difference, its range, and what it means relative to the control. */
function worth(entry, report) {
  const goal = report.metrics[0];
  if (!goal?.comparisons.length || report.status === "SAMPLE_RATIO_MISMATCH") return null;
  const unit = unitOf(entry, goal.metric);
  return goal.comparisons.map((one) => {
    const control = goal.values[0];
    const own = goal.values.find((value) => value.variant === one.variant);
    const range = `${difference(one.interval.low, unit)} and ${difference(one.interval.high, unit)}`;
    return {
      variant: one.variant,
      difference: difference(one.difference, unit),
      lift: one.lift == null || unit === "share" ? null : signed(one.lift),
      sentence: `${title(goal.metric)} is ${VALUES[unit](own?.value)} instead of ${VALUES[unit](control.value)}. The true difference is between ${range}.`,
      kind: kindOf(entry, report, goal, one),
    };
  });
}

const title = (name) => {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

export const signed = (share) => `${share > 0 ? "+" : share < 0 ? "−" : "±"}${percent(Math.abs(share))}`;

export const unitOf = (entry, name) =>
  entry.metrics.find((one) => one.name === name)?.unit ?? "number";

/**
 * Whether a difference is shown, by the p-value that is corrected for the number of comparisons, and
 * then whether it is one for the better. Nothing is while it is too early, or where the arms' sizes
 * are wrong.
 */
export function kindOf(entry, report, metric, comparison) {
  const isTold = !["COLLECTING", "SAMPLE_RATIO_MISMATCH"].includes(report.status);
  if (!isTold || comparison.p > entry.plan.alpha) return "";
  return comparison.difference > 0 === metric.higherIsBetter ? "good" : "bad";
}

/** Why a metric has no comparison. */
export function notCompared(entry, report, metric) {
  const arms = report.arms.map((arm) => arm.exposed);
  switch (metric.notCompared) {
    case "WINDOWS_OPEN": {
      const window = windowDays(entry, metric);
      const left = window - report.runningDays;
      const length = about(window).replace("about ", "");
      if (!arms.some((users) => users > 0)) return "Nobody has taken part yet.";
      return left > 0
        ? `A user counts ${length} after the first reply. The first ones are over in ${about(left)}.`
        : "Some arm has no user yet who is over.";
    }
    case "TOO_FEW_USERS":
      return "Fewer than 100 users in an arm are over.";
    case "ALL_ALIKE":
      return "All users of an arm have the same value, so there is no difference to be shown.";
    case "WEIGHTS_CHANGED":
      return "The weights changed; times and quantiles can’t take that into account.";
    default:
      return "";
  }
}

/** How sure intervals are, as "95 %". */
export const sureness = (entry) => percent(1 - entry.plan.alpha);

/** Whether the arms' sizes are as their weights promise. */
export function sampleRatio(report) {
  const total = report.arms.reduce((sum, arm) => sum + arm.exposed, 0);
  return {
    ok: report.sampleRatioP > 0.001,
    says:
      total === 0
        ? "Nobody has taken part yet."
        : report.sampleRatioP > 0.001
          ? "The arms’ sizes are what their weights promise, but for chance."
          : "The arms’ sizes contradict their weights.",
    expected: report.arms.map((arm) => arm.expected),
  };
}

/** What these users would find: the smallest difference with the plan's power. */
export function power(entry, metric, comparison) {
  const unit = unitOf(entry, metric.metric);
  const size = difference(comparison.detectable, unit).replace(/^[+±]/, "");
  return `With these users, a true difference of ${size} would be found in ${Math.round(entry.plan.power * 100)} of 100 cases.`;
}
