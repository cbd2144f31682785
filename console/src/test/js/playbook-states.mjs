/** What response-api says of the playbook in force, and the overview of its segments. */

export const PLAYBOOK = {
  name: "support",
  since: "2026-11-28T08:00:00Z",
  features: [
    { name: "clicks_24h", kind: "number" },
    { name: "last_page", kind: "category" },
    { name: "words", kind: "tokens" },
  ],
  segments: ["frustrated", "heavy_user"],
  slots: [
    {
      slot: "greeting",
      rules: [
        { rule: "order-status", replies: 42 },
        { rule: "refund", replies: 0 },
      ],
      generic: { no_prediction: 17, store_unavailable: 3 },
    },
    { slot: "handoff", rules: [{ rule: "frustrated", replies: 0 }], generic: {} },
  ],
  warnings: ["responses.yaml:12:9: rule refund can never speak"],
  refused: [],
};

export const SEGMENT_SIZES = {
  stages: [{ name: "streams", instances: { all: 1, answering: 1, ready: 1 } }],
  segments: { frustrated: 14, another: 3 },
};
