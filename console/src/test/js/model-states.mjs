/** What inference-service says of models and drift. */

const facts = (top1, top3, more = {}) => ({
  created: "2026-02-02T08:00:00Z",
  dataFrom: "2026-01-01T00:00:00Z",
  dataTo: "2026-02-01T21:50:00Z",
  trainingRows: 11_480,
  evaluationRows: 2_870,
  metrics: { top1, top3 },
  gateFailures: [],
  remote: null,
  broken: null,
  ...more,
});

const slot = (name, version, share) => ({ slot: name, name: "intent", version, revision: 3, featureSetId: "f", share });

const VERSIONS = [
  { version: "2026-01-01.1", live: false, facts: facts(0, 0, { metrics: {}, broken: "model.ubj does not match its checksum." }) },
  { version: "2026-01-02.1", live: true, facts: facts(0.541, 0.8) },
  { version: "2026-02-01.1", live: false, facts: facts(0.52, 0.79, { gateFailures: ["top1 0.52 is not above 0.541"] }) },
  { version: "2026-02-02.1", live: false, facts: facts(0.562, 0.812) },
];

const drift = (name, level, populationStability) => ({
  name,
  level,
  populationStability,
  jensenShannon: populationStability,
  missing: 0,
  referenceMissing: 0,
  values: 100,
  ages: [],
});

const report = (features) => ({
  modelVersion: "2026-01-02.1",
  window: "PT24H",
  rows: 1200,
  rowsWithoutAge: 0,
  features,
  prediction: null,
  confidence: null,
});

export const MODELS = {
  alone: {
    serving: slot("LIVE", "2026-02-02.1", 1),
    slots: [slot("LIVE", "2026-02-02.1", 1)],
    shadow: null,
    versions: VERSIONS,
    failures: [],
  },
  both: {
    serving: slot("LIVE", "2026-01-02.1", 0.9),
    slots: [
      slot("LIVE", "2026-01-02.1", 0.9),
      slot("CANARY", "2026-02-02.1", 0.1),
      slot("SHADOW", "2026-02-02.1", 0),
    ],
    shadow: { version: "2026-02-02.1", agreed: 90, differed: 10, failed: 0, dropped: 0, meanDistance: 0.1 },
    versions: VERSIONS,
    failures: [],
  },
  drifted: report([drift("messages_7d", "DRIFTED", 0.31), drift("clicks_30m", "MOVED", 0.12), drift("last_page", "STABLE", 0.02)]),
  early: report([drift("messages_7d", "TOO_EARLY", null), drift("clicks_30m", "TOO_EARLY", null)]),
};

/** Four hours of it, as the console has kept them: one feature drifts, after a restart it is too early again. */
const HOURS = 4;
const times = [...Array(HOURS * 12).keys()].map((i) => 1_772_000_000 + i * 300);
const restart = (i) => i >= 20 && i < 24;
const over = (index) => times.map((_, i) => (restart(i) ? null : Number(index(i).toFixed(4))));
const messages = over((i) => 0.02 + (i > 26 ? (i - 26) * 0.0138 : 0));
const clicks = over((i) => 0.06 + 0.0013 * i);
const page = over((i) => 0.02 + 0.004 * Math.sin(i));

export const DRIFT_OVER_TIME = {
  times,
  highest: times.map((_, i) => (restart(i) ? null : Math.max(messages[i], clicks[i], page[i]))),
  features: { messages_7d: messages, clicks_30m: clicks, last_page: page, "@prediction": page },
};
