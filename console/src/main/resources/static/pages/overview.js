/** Is it healthy, is it helping? Live by Server-Sent Events, beside the last hours. */

import { get, listen } from "../api.js";
import { badge, card, dim, figure, h, later, link } from "../dom.js";
import { bars } from "../charts.js";
import { plot } from "../plot.js";
import { count, duration, minute, number, percent, title } from "../units.js";
import { errorKind, isFault, rejection, replyReason } from "../reasons.js";

const NAMES = {
  gateway: "Gateway",
  streams: "Features",
  inference: "Predictions",
  responses: "Replies",
  kafka: "Kafka",
  redis: "Redis",
  playbook: "Playbook",
};
const DOES = {
  gateway: "takes events in",
  streams: "keeps features up to date",
  inference: "scores users",
  responses: "says what the bot says",
};
const UNITS = { gateway: "events/s", streams: "events/s", inference: "calls/s", responses: "replies/s" };
const STEP = { gateway: "stored by Kafka in", inference: "fresh within", responses: "read from Redis in" };
const STATES = { ok: ["healthy", "good"], warn: ["look at it", "warn"], bad: ["down", "bad"], unknown: ["not known", ""] };

const HOURS = [1, 6, 24];

/** A new point in the charts. */
const HISTORY_MS = 60_000;

export async function overview(root, signal, hours = "24") {
  const chosen = HOURS.includes(Number(hours)) ? Number(hours) : 24;
  const now = h("div", {});
  const segments = h("div", {});
  root.append(now, history(chosen, signal), segments);
  await new Promise((resolve) => {
    listen(
      "/overview/events",
      "overview",
      (news) => {
        now.replaceChildren(...content(news));
        segments.replaceChildren(below(news));
        resolve();
      },
      signal,
    );
    signal.addEventListener("abort", resolve);
  });
}

function content(news) {
  return [answer(news), pipeline(news), helping(news)];
}

/** The page's question in one line. */
function answer(news) {
  const bad = [...news.stages, ...news.parts].filter((one) => one.state === "bad");
  const warn = news.stages.filter((one) => one.state === "warn");
  const p99 = news.freshness.p99;
  const [word, kind, says] = bad.length
    ? ["Not healthy", "bad", `${bad.map((one) => NAMES[one.name]).join(", ")}: down, or not ready.`]
    : warn.length
      ? ["Works, with errors", "warn", `Look at ${warn.map((one) => NAMES[one.name]).join(", ")} below.`]
      : ["Healthy", "good", "All services are ready, and nothing failed."];
  const fresh = p99 == null ? "No event is being scored right now." : `99 of 100 events are known within ${duration(p99)}.`;
  return h("p", { class: "answer", role: "status" }, badge(word, kind), " ", says, " ", fresh);
}

/** An event's way from left to right; on narrow screens from top to bottom. */
function pipeline(news) {
  return h(
    "section",
    { class: "pipeline", "aria-label": "The pipeline" },
    h("ol", {}, news.stages.map((stage) => h("li", {}, stageBox(stage, news.countedSeconds)))),
    h(
      "p",
      { class: "parts" },
      news.parts.map((part) =>
        h(
          "span",
          { class: "part" },
          h("i", { class: `dot ${part.state}`, "aria-hidden": "true" }),
          `${NAMES[part.name]} `,
          h("span", { class: "dim" }, partState(part)),
        ),
      ),
    ),
  );
}

function partState({ name, state, p99Seconds }) {
  if (state === "ok") {
    if (p99Seconds != null) return `answers in ${duration(p99Seconds)}`;
    return name === "playbook" ? "in force" : "answers";
  }
  if (state === "unknown") return name === "redis" ? "nothing to tell: not asked of late" : "not known";
  return { kafka: "does not take events", redis: "keeps failing", playbook: "a change of it waits or was refused" }[name];
}

function stageBox(stage, counted) {
  const [word, kind] = STATES[stage.state];
  const errors = Object.entries(stage.errors);
  return h(
    "div",
    { class: `stage ${stage.state}` },
    h("header", {}, h("h2", {}, NAMES[stage.name]), badge(word, kind)),
    dim(DOES[stage.name]),
    h("p", { class: "rate" }, h("b", {}, rate(stage.perSecond)), ` ${UNITS[stage.name]}`),
    stage.p99Seconds != null && h("p", {}, `${STEP[stage.name]} `, h("b", {}, duration(stage.p99Seconds)), h("span", { class: "dim" }, " (p99)")),
    stage.waiting != null && h("p", {}, h("b", {}, count(stage.waiting)), " events wait"),
    errors.length
      ? h("ul", { class: "errors" }, errors.map(([name, n]) => h("li", {}, `${count(n)} ${errorKind(name)} in ${duration(counted)}`)))
      : h("p", { class: "dim" }, stage.version ? "no errors" : "does not answer"),
    stage.troubles.map((said) => h("p", { class: "errors" }, said)),
    stage.version && h("small", { class: "dim" }, stage.version),
  );
}

const rate = (perSecond) => (perSecond == null ? "–" : perSecond > 0 && perSecond < 0.1 ? "< 0.1" : number(perSecond));

function helping(news) {
  const rows = Object.entries(news.reasons)
    .sort((a, b) => b[1] - a[1])
    .map(([code, n]) => ({
      label: replyReason(code, news.readBudgetSeconds),
      title: code,
      value: n,
      kind: isFault(code) ? "bad" : code.startsWith("rule:") ? "" : "muted",
    }));
  const rejected = Object.entries(news.rejected);
  return h(
    "div",
    { class: "grid wide" },
    card(
      "Why the bot said what it said",
      `last ${duration(Math.max(news.countedSeconds, 2))}`,
      news.replies.personalizedShare != null &&
        h(
          "div",
          { class: "figures" },
          figure(percent(news.replies.personalizedShare), "of replies are personalized"),
        ),
      rows.length ? bars(rows, count) : dim("No reply in this time. Try one in the ", link("#/playground", "playground"), "."),
      dim("Whether it helps: ", link("#/experiments", "experiments"), ". How conversations go: ", link("#/kpis", "KPIs"), "."),
    ),
    card(
      "Rejected events",
      `last ${duration(Math.max(news.countedSeconds, 2))}`,
      rejected.length
        ? bars(rejected.map(([code, n]) => ({ label: rejection(code), title: code, value: n, kind: "bad" })), count)
        : dim("None."),
      dim(link("#/dead-letters", "See what is wrong with them")),
    ),
  );
}

function below(news) {
  const rows = Object.entries(news.segments)
    .sort((a, b) => b[1] - a[1])
    .map(([label, value]) => ({ label: title(label), title: label, value }));
  return card(
    "Segments",
    "users in each, now",
    rows.length ? bars(rows, count) : dim("Nobody is in a segment yet, or the playbook declares none."),
    dim("Figures of the instances that answer this console. With several replicas, see the dashboards."),
  );
}

const CHARTS = [
  { title: "Freshness", about: "event accepted → prediction readable; the worst minute of each point", says: duration, most: 0.1, lines: [["freshnessP99", "99 % within", "accent"], ["freshnessP50", "half within", "second"]] },
  { title: "Traffic", about: "a second", says: number, most: 1, lines: [["eventsPerSecond", "events", "accent"], ["repliesPerSecond", "replies", "second"]] },
  { title: "Personalized replies", about: "share of all replies", says: percent, most: 1, lines: [["personalizedShare", "personalized", "accent"]] },
  { title: "Errors and lag", about: "errors a minute; events that wait", says: number, most: 1, lines: [["errorsPerMinute", "errors", "bad"], ["lag", "waiting", "dim"]] },
];

function history(hours, signal) {
  const choices = h(
    "nav",
    { class: "segmented", "aria-label": "Time range" },
    HOURS.map((n) => h("a", { href: `#/overview/${n}`, "aria-current": n === hours && "true" }, `${n} h`)),
  );
  return h(
    "section",
    { class: "history", "aria-label": "History" },
    h("div", { class: "between" }, h("h2", {}, `The last ${hours} hours`.replace("1 hours", "hour")), choices),
    later(() => get(`/overview/history?hours=${hours}`, signal), (data) => charts(data, hours, signal), signal),
  );
}

function charts(data, hours, signal) {
  const drawn = CHARTS.map((chart) => ({
    chart,
    element: plot({
      words: `${chart.title} over the last ${hours} hours`,
      times: data.times,
      series: chart.lines.map(([name, label, colour]) => ({ label, colour, values: data.series[name], area: colour === "accent" })),
      says: chart.says,
      when: minute,
      most: chart.most,
    }),
  }));
  const timer = setInterval(async () => {
    if (document.visibilityState !== "visible") return;
    const next = await get(`/overview/history?hours=${hours}`, signal).catch(() => null);
    if (next) for (const { chart, element } of drawn) element.update(next.times, chart.lines.map(([name]) => next.series[name]));
  }, HISTORY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return [
    h("div", { class: "grid wide" }, drawn.map(({ chart, element }) => card(chart.title, chart.about, element))),
    dim(data.source === "prometheus" ? "From Prometheus, all replicas." : "Kept by this console, one point a minute."),
  ];
}
