/** Is it well, how fresh is it, what does it do now? Looks at the services' metrics every 2 s. */

import { get } from "../api.js";
import { badge, card, dim, duration, figure, h, number, percent } from "../dom.js";
import { bars, sparkline } from "../charts.js";
import { every } from "../every.js";
import { Metrics, growth, quantile } from "../metrics.js";

const SERVICES = ["gateway", "responses", "inference", "streams"];
const PERIOD = 2_000;

/** Beyond this a service doesn't answer. */
const PATIENCE = 2_000;

/** Two minutes of looks in the lines. */
const KEPT = 60;

export async function overview(root, signal) {
  const history = { p50: [], p99: [], events: [], replies: [] };
  let before = null;
  await every(PERIOD, signal, async () => {
    const now = { at: performance.now(), looks: await looks(signal) };
    if (signal.aborted) return;
    const said = before ? sinceThen(before, now) : null;
    if (said) remember(history, said);
    before = now;
    root.replaceChildren(...content(now.looks, said, history));
  });
}

/** What each service says now; null of one that doesn't answer, or not soon. */
async function looks(signal) {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const answers = await Promise.all(
    SERVICES.map(async (service) => {
      try {
        const [text, info, ready] = await Promise.all([
          get(`/${service}/actuator/prometheus`, soon),
          get(`/${service}/actuator/info`, soon),
          isReady(service, soon),
        ]);
        return [service, { metrics: new Metrics(text), info, ready }];
      } catch {
        return [service, null];
      }
    }),
  );
  return Object.fromEntries(answers);
}

async function isReady(service, signal) {
  try {
    await get(`/${service}/actuator/health/readiness`, signal);
    return true;
  } catch {
    return false;
  }
}

function sinceThen(before, now) {
  const seconds = (now.at - before.at) / 1000;
  const pair = (service) => [before.looks[service]?.metrics, now.looks[service]?.metrics];
  const rate = (service, name, passes) => {
    const [then, here] = pair(service);
    return then && here ? growth(then, here, name, passes) / seconds : null;
  };
  const fresh = (q) => {
    const [then, here] = pair("inference");
    return then && here ? quantile(then, here, "attune_freshness_seconds", q) : null;
  };
  return {
    p50: fresh(0.5),
    p99: fresh(0.99),
    events: rate("gateway", "attune_ingest_accepted_events_total"),
    replies: rate("responses", "attune_replies_total"),
  };
}

function remember(history, said) {
  for (const [name, values] of Object.entries(history)) {
    values.push(said[name]);
    if (values.length > KEPT) values.shift();
  }
}

function content(looks, said, history) {
  return [
    h(
      "div",
      { class: "row" },
      SERVICES.map((service) => part(service, looks[service])),
    ),
    h(
      "div",
      { class: "grid" },
      card(
        "Freshness",
        dim("from an accepted event to its prediction, readable"),
        h(
          "div",
          { class: "figures" },
          figure(duration(said?.p50), "p50"),
          figure(duration(said?.p99), "p99"),
        ),
        sparkline(history.p99),
      ),
      card(
        "Events",
        dim("accepted, all users"),
        h(
          "div",
          { class: "figures" },
          figure(number(said?.events), "a second"),
          figure(number(looks.streams?.metrics.sum("attune_streams_lag")), "waiting for streams"),
        ),
        sparkline(history.events),
      ),
      card(
        "Replies",
        dim("of the chatbot"),
        h(
          "div",
          { class: "figures" },
          figure(number(said?.replies), "a second"),
          figure(
            percent(personalized(looks.responses?.metrics)),
            "personalized",
            "since the start",
          ),
        ),
        sparkline(history.replies),
      ),
      reasons(looks.responses?.metrics),
      segments(looks.streams?.metrics),
    ),
    dim(
      "Figures of the instances that answer this console. If a service has several instances, see the dashboards.",
    ),
  ];
}

function part(service, look) {
  const commit = look?.info.git?.commit?.id;
  return h(
    "span",
    { class: "part" },
    h("i", { class: look?.ready ? "dot good" : "dot bad" }),
    service,
    " ",
    look ? h("small", { class: "dim" }, commit ?? "") : badge("does not answer", "bad"),
    look && !look.ready && badge("not ready", "bad"),
  );
}

function personalized(metrics) {
  if (!metrics) return null;
  const all = metrics.sum("attune_replies_total");
  return all
    ? metrics.sum("attune_replies_total", (labels) => labels.personalized === "true") / all
    : null;
}

/** Why replies were what they were, since response-api's start. */
function reasons(metrics) {
  const counts = new Map();
  for (const { labels, value } of metrics?.of("attune_replies_total") ?? []) {
    counts.set(labels.reason, (counts.get(labels.reason) ?? 0) + value);
  }
  const rows = [...counts]
    .filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 10)
    .map(([label, value]) => ({ label, value, kind: label.startsWith("rule:") ? "" : "muted" }));
  return card("Why this reply", rows.length ? bars(rows, number) : dim("No reply yet."));
}

function segments(metrics) {
  const rows = (metrics?.of("attune_segment_size") ?? []).map(({ labels, value }) => ({
    label: labels.segment,
    value,
  }));
  return card("Segments", rows.length ? bars(rows, number) : dim("None declared."));
}
