/** What the console tells of a stack that is well; tests change what they are about. */

const stage = (name, perSecond, more = {}) => ({
  name,
  state: "ok",
  instances: { all: 1, answering: 1, ready: 1 },
  version: "0.1.0 abc",
  perSecond,
  p99Seconds: 0.012,
  waiting: name === "streams" ? 3 : null,
  errors: {},
  troubles: [],
  ...more,
});

export const NEWS = {
  at: 1_795_950_000_000,
  countedSeconds: 300,
  stages: [stage("gateway", 41), stage("streams", 40.5), stage("inference", 38), stage("responses", 6.2)],
  parts: [
    { name: "kafka", state: "ok", p99Seconds: 0.004 },
    { name: "redis", state: "ok", p99Seconds: 0.002 },
    { name: "registry", state: "ok", p99Seconds: null },
    { name: "playbook", state: "ok", p99Seconds: null },
  ],
  freshness: { p50: 0.01, p99: 0.031 },
  replies: { perSecond: 6.2, personalizedShare: 0.74 },
  reasons: { "rule:refund": 40, default: 12, store_unavailable: 1 },
  refused: {},
  deadLetters: 0,
  segments: { loyal: 12 },
  readBudgetSeconds: 0.02,
};

/** With one stage changed. */
export const withStage = (name, more) => ({
  ...NEWS,
  stages: NEWS.stages.map((one) => (one.name === name ? { ...one, ...more } : one)),
});

/** With one part changed. */
export const withPart = (name, state) => ({
  ...NEWS,
  parts: NEWS.parts.map((one) => (one.name === name ? { ...one, state, p99Seconds: null } : one)),
});

/** @param known the last seconds that are known */
export function historyOf(query, known = Infinity) {
  const hours = Number(query.get("hours"));
  const step = hours * 10;
  const last = Math.floor(Date.now() / 1000 / step) * step;
  const times = Array.from({ length: 360 }, (_, i) => last - (359 - i) * step);
  const values = (of) => times.map((at, i) => (last - at < known ? of(i) : null));
  return {
    source: "console",
    stepSeconds: step,
    times,
    series: {
      freshnessP50: values(() => 0.01),
      freshnessP99: values((i) => 0.03 + (i % 7) / 1000),
      eventsPerSecond: values((i) => 30 + (i % 20)),
      repliesPerSecond: values((i) => 5 + (i % 3)),
      personalizedShare: values(() => 0.7),
      lag: values(() => 4),
      errorsPerMinute: values(() => 0),
    },
  };
}

export const WEEK = {
  rows: [
    {
      value: "all",
      visits: 120,
      handling: { secondsPerConversation: 41 },
      csat: { satisfiedShare: 0.82, ratings: 33 },
    },
  ],
};
