/** What response-api says of the playbook in force, and the overview of its segments. */

export const PLAYBOOK = {
  name: "support",
  since: "2026-11-28T08:00:00Z",
  features: [
    { name: "clicks_24h", kind: "number" },
    { name: "last_page", kind: "category" },
    { name: "words", kind: "tokens" },
  ],
  segments: [
    { segment: "frustrated", enter: "csat_30d < 3.0", leave: "csat_30d >= 4.0" },
    { segment: "heavy_user", enter: "sessions_7d > 20.0", leave: "!(sessions_7d > 20.0)" },
  ],
  slots: [
    {
      slot: "greeting",
      rules: [
        { rule: "order-status", when: 'intent == "order_status"', text: "Looking for order {{order}}?", replies: 42 },
        { rule: "refund", when: 'probabilities["refund"] > 0.6', text: "Shall I start a refund?", replies: 0 },
      ],
      genericText: "Hello! How can I help?",
      generic: { no_prediction: 17, store_unavailable: 3 },
    },
    { slot: "handoff", rules: [{ rule: "frustrated", when: '"frustrated" in segments', text: "A colleague takes over.", replies: 0 }], genericText: "One moment, please.", generic: {} },
  ],
  warnings: ["responses.yaml:12:9: rule refund can never speak"],
  refused: [],
};

export const SEGMENT_SIZES = {
  stages: [{ name: "streams", instances: { all: 1, answering: 1, ready: 1 } }],
  segments: { frustrated: 14, another: 3 },
  features: { clicks_24h: 1204, last_page: 0 },
};
