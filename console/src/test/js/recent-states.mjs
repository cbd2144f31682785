/** What response-api says of users and conversations of late. */

const minutes = (back) => new Date(Date.now() - back * 60_000).toISOString();

export const SEGMENTS = [
  { segment: "new_user", users: 61 },
  { segment: "frustrated", users: 14 },
];

/** As long as an id may be. */
const LONG = "long-".repeat(25) + "end";

export const user = (i) => ({
  userId: i === 3 ? LONG : `customer-${i}`,
  lastActiveAt: minutes(i),
  channel: i % 3 ? "web" : "ios",
  locale: i % 2 ? "en-US" : "es-ES",
  segments: i % 4 ? ["new_user"] : ["new_user", "frustrated"],
  intent: ["order_status", "refund", null, "delivery_problem"][i % 4],
  sessions: 1 + (i % 3),
  conversations: i % 5 ? 1 : 0,
});

const reply = (i, slot, text, reason, more = {}) => ({
  decisionId: `d-${i}-${slot}`,
  decidedAt: minutes(i),
  slot,
  templateId: `${slot}.text`,
  text,
  personalized: reason.startsWith("rule:"),
  reason,
  experiment: null,
  variant: null,
  intent: "order_status",
  ...more,
});

export const conversation = (i, more = {}) => ({
  userId: `customer-${i}`,
  sessionId: `s-${i}`,
  startedAt: minutes(i + 4),
  endedAt: minutes(i),
  lastActiveAt: minutes(i),
  lastMessageAt: minutes(i + 1),
  messages: 2,
  channel: "web",
  segments: ["frustrated"],
  replies: [
    reply(i + 3, "greeting", "Looking for order 1234, Ada?", "rule:order-status", {
      experiment: "personalized-greeting",
      variant: "treatment",
    }),
    reply(i + 1, "reply", "It left our warehouse yesterday and comes tomorrow.", "rule:track-order"),
  ],
  earlierReplies: 0,
  outcome: null,
  ...more,
});

export const outcome = (more) => ({
  closedBy: "gap",
  agentReplies: 0,
  automatedReplies: 0,
  issuesOpened: 0,
  issuesResolved: 0,
  csat: null,
  ...more,
});

export const CONVERSATIONS = [
  conversation(1),
  conversation(7, {
    segments: [],
    replies: [reply(8, "greeting", "Hello! How can I help?", "control_group", { experiment: "personalized-greeting", variant: "control" })],
    outcome: outcome({ agentReplies: 1, issuesOpened: 1, issuesResolved: 1, csat: 5 }),
  }),
  conversation(12, {
    userId: LONG,
    channel: "ios",
    replies: [reply(13, "reply", "How can I help?", "store_unavailable", { intent: null })],
    earlierReplies: 3,
    outcome: outcome({ agentReplies: 3, issuesOpened: 1 }),
  }),
];
