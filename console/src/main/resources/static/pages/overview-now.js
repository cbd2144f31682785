/** What the overview says of this moment. */

import { bars } from "../charts.js";
import { badge, card, dim, figure, h, link } from "../dom.js";
import { errors, isFault, rejection, replyReason } from "../reasons.js";
import { count, duration, lately, many, number, percent, title } from "../units.js";

const NAMES = {
  gateway: "Gateway",
  streams: "Features",
  inference: "Predictions",
  responses: "Replies",
  kafka: "Kafka",
  redis: "Redis",
  registry: "Schema registry",
  playbook: "Playbook",
};
const DOES = {
  gateway: "takes events in",
  streams: "keeps features up to date",
  inference: "scores users",
  responses: "says what the bot says",
};
const UNITS = { gateway: "events/s", streams: "events/s", inference: "calls/s", responses: "replies/s" };
const STEP = {
  gateway: "stored by Kafka in",
  streams: "handed on within",
  inference: "fresh within",
  responses: "read from Redis in",
};
const STATES = { ok: ["healthy", "good"], warn: ["look at it", "warn"], bad: ["down", "bad"] };

/** As the alerts have it. */
const FRESH_SECONDS = 0.25;

/** Of each part: when it is well, when it is not, and when nobody has asked it. */
const PARTS = {
  kafka: ["answers", "does not take events, or does not answer", "not known: nobody asked it in the last minute"],
  redis: ["answers", "keeps failing", "not asked of late"],
  registry: ["answers", "can’t be reached", "not known"],
  playbook: ["in force", "a change of it waits or was refused", "not known"],
};

/** The page's question in one line. */
export function answer(news, stale) {
  const [word, kind, says] = stale ? ["Not known", "", "The console does not answer."] : health(news);
  return h("p", { class: "answer", role: "status" }, badge(word, kind), " ", says);
}

function health(news) {
  const parts = (state) => news.parts.filter((one) => one.state === state).map((one) => `${NAMES[one.name]}: ${trouble(one, news)}`);
  const bad = [...news.stages.filter((one) => one.state === "bad").map(down), ...parts("bad")];
  if (bad.length) return ["Not healthy", "bad", `${bad.join("; ")}.`];
  const warn = news.stages.filter((one) => one.state === "warn").map((one) => NAMES[one.name]);
  const waits = parts("warn");
  if (warn.length) return ["Works, with errors", "warn", [`Look at ${warn.join(", ")} below`, ...waits].join(". ") + "."];
  if (waits.length) return ["Works", "warn", `${waits.join("; ")}.`];
  const p99 = news.freshness.p99;
  const fresh = p99 == null ? "No event is being scored right now." : `99 of 100 events are known within ${duration(p99)}.`;
  const failed = news.stages.flatMap((one) => Object.values(one.errors)).reduce((a, b) => a + b, 0);
  const went = failed ? `${many(failed, "error")} in the ${lately(news.countedSeconds)}, fewer than one in a hundred` : `nothing failed in the ${lately(news.countedSeconds)}`;
  return ["Healthy", "good", `All services are ready, ${failed ? "with" : "and"} ${went}. ${fresh}`];
}

/** What is wrong with a part. */
function trouble({ name, state, p99Seconds }, { readBudgetSeconds }) {
  if (name === "redis" && state === "warn") return `answers in ${duration(p99Seconds)}, and replies wait ${duration(readBudgetSeconds)} for it`;
  return PARTS[name][1];
}

const down = ({ name, instances }) => `${NAMES[name]} ${instances.answering ? "is not ready" : "does not answer"}`;

/** An event's way from left to right; on narrow screens from top to bottom. */
export function pipeline(news, stale) {
  return h(
    "section",
    { class: "pipeline", "aria-label": "The pipeline" },
    h("ol", {}, news.stages.map((stage) => h("li", {}, stageBox(stage, news.countedSeconds, stale)))),
    h(
      "p",
      { class: "parts" },
      news.parts.map((part) =>
        h(
          "span",
          { class: "part" },
          h("i", { class: `dot ${stale ? "unknown" : part.state}`, "aria-hidden": "true" }),
          `${NAMES[part.name]} `,
          h("span", { class: "dim" }, stale ? "not known" : partState(part, news)),
        ),
      ),
    ),
  );
}

function partState(part, news) {
  const { name, state, p99Seconds } = part;
  const [well, , unasked] = PARTS[name];
  if (state === "ok") return p99Seconds != null ? `answers in ${duration(p99Seconds)}` : well;
  return state === "unknown" ? unasked : trouble(part, news);
}

function stageBox(stage, counted, stale) {
  const [word, kind] = stale ? ["not known", ""] : STATES[stage.state];
  const failed = Object.entries(stage.errors);
  return h(
    "div",
    { class: `stage ${stale ? "unknown" : stage.state}` },
    h("header", {}, h("h2", {}, NAMES[stage.name]), badge(word, kind)),
    dim(DOES[stage.name]),
    h("p", { class: "rate" }, h("b", {}, rate(stage.perSecond)), ` ${UNITS[stage.name]}`),
    stage.p99Seconds != null && h("p", {}, `${STEP[stage.name]} `, h("b", {}, duration(stage.p99Seconds)), h("span", { class: "dim" }, " (p99)")),
    stage.waiting != null && h("p", {}, h("b", {}, count(stage.waiting)), stage.waiting === 1 ? " event waits" : " events wait"),
    instances(stage.instances),
    failed.length > 0 && h("ul", { class: "errors" }, failed.map(([name, n]) => h("li", {}, `${errors(name, n)} in the ${lately(counted)}`))),
    isSlow(stage) && h("p", { class: "errors" }, `slower than the objective of ${duration(FRESH_SECONDS)}`),
    !failed.length && stage.instances.answering > 0 && dim("no errors"),
    stage.troubles.map((said) => h("p", { class: "errors" }, said)),
    stage.version && h("small", { class: "dim" }, stage.version),
  );
}

const isSlow = ({ name, p99Seconds }) => name === "inference" && p99Seconds > FRESH_SECONDS;

function instances({ all, answering, ready }) {
  if (!answering) return h("p", { class: "errors" }, all > 1 ? `none of ${all} instances answers` : "does not answer");
  if (answering < all) return h("p", { class: "errors" }, some(answering, all, "answers", "answer"));
  if (ready < all) return h("p", { class: "errors" }, all > 1 ? some(ready, all, "is ready", "are ready") : "is not ready");
  return all > 1 && dim(many(all, "instance"));
}

const some = (n, all, does, doTogether) => `${n} of ${all} instances ${n === 1 ? does : doTogether}`;

const rate = (perSecond) => (perSecond == null ? "–" : perSecond > 0 && perSecond < 0.1 ? "< 0.1" : number(perSecond));

export function reasons(news) {
  const rows = Object.entries(news.reasons)
    .sort((a, b) => b[1] - a[1])
    .map(([code, n]) => ({
      label: replyReason(code, news.readBudgetSeconds),
      title: code,
      value: n,
      kind: isFault(code) ? "bad" : code.startsWith("rule:") ? "" : "muted",
    }));
  return card(
    "Why the bot said what it said",
    lately(news.countedSeconds),
    news.replies.personalizedShare != null &&
      h("div", { class: "figures" }, figure(percent(news.replies.personalizedShare), `of ${many(Object.values(news.reasons).reduce((a, b) => a + b, 0), "reply", "replies")} were personalized`)),
    rows.length ? bars(rows, count) : dim("No reply in this time. Try one in the ", link("#/playground", "playground"), "."),
  );
}

/** At the door, and by whom reads them behind it. */
export function refused(news) {
  const rows = Object.entries(news.refused).sort((a, b) => b[1] - a[1]);
  return card(
    "Refused events",
    lately(news.countedSeconds),
    rows.length
      ? bars(rows.map(([code, n]) => ({ label: rejection(code), title: code, value: n, kind: "bad" })), count)
      : dim("None."),
    news.deadLetters > 0
      ? h("p", {}, `${many(news.deadLetters, "dead letter")} kept: `, link("#/dead-letters", "see what is wrong, and correct it"))
      : dim("Those of the last days: ", link("#/dead-letters", "dead letters"), "."),
  );
}

export function segments(news) {
  const rows = Object.entries(news.segments)
    .sort((a, b) => b[1] - a[1])
    .map(([label, value]) => ({ label: title(label), title: label, value }));
  return card(
    "Segments",
    "users in each, now",
    rows.length ? bars(rows, count) : dim("Nobody is in a segment yet, or the playbook declares none."),
  );
}
