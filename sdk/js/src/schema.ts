// Written by schema.mjs from the OpenAPI documents of the services; npm test compares it with them.

/** Where an event came from. */
export type Channel = "web" | "ios" | "android" | "api" | "voice" | "email" | "other";

/** The detail record of every event type that a client may send. */
export interface EventDetails {
  session_started: { entry?: string; };
  session_ended: { reason?: string; };
  page_viewed: { page: string; title?: string; seconds?: number; };
  clicked: { element: string; page?: string; };
  message_sent: { text?: string; length?: number; };
  agent_replied: { responseSeconds?: number; automated?: boolean; };
  issue_opened: { issueId: string; category?: string; };
  issue_resolved: { issueId: string; category?: string; resolution?: string; };
  feedback: { kind: "csat" | "thumbs" | "nps"; score: number; comment?: string; decisionId?: string; };
  quick_reply_used: { decisionId: string; value: string; };
  custom: { name: string; properties?: Readonly<Record<string, unknown>>; };
}

export interface ReplyBody {
  readonly decisionId: string;
  readonly experiment?: string;
  readonly freshness?: ReplyFreshness;
  /** Where to pass the user on to, if the playbook says so. */
  readonly handoff?: Handoff;
  /** What the user is predicted to want. Missing without a prediction. */
  readonly intent?: Intent;
  readonly model?: Model;
  readonly personalized: boolean;
  readonly quickReplies: readonly QuickReply[];
  /** Why this reply: `rule:<name>`, or why it is the generic one, such as `no_prediction`. */
  readonly reason: string;
  /** The user's segments. */
  readonly segments?: readonly string[];
  readonly templateId: string;
  readonly text: string;
  readonly variant?: string;
}

export interface QuickReply {
  readonly label: string;
  readonly value: string;
}

export interface Handoff {
  /** For the person who takes over. Only servers are told it: missing for a write key, and if the playbook has none. */
  readonly note?: string;
  readonly to: string;
}

export interface Intent {
  readonly label: string;
  readonly probability: number;
}

export interface Model {
  readonly name: string;
  readonly version: string;
}

export interface ReplyFreshness {
  /** Time since the prediction's event was received. */
  readonly ageMs: number;
  /** Whether the prediction includes the event of `after`. */
  readonly caughtUp: boolean;
  readonly eventToken: string;
  /** Present only if something is wrong: the token in `after` is of another epoch than this service's (docs/operations.md). */
  readonly warning?: "token_epoch";
}

export interface UserBody {
  /** The variant by experiment. */
  readonly arms: Readonly<Record<string, string>>;
  /** By name. A feature without a value is null. */
  readonly features: Readonly<Record<string, unknown>>;
  readonly prediction: Prediction | null;
  readonly segments: readonly string[];
  readonly userId: string;
}

export interface Prediction {
  readonly ageMs: number;
  readonly eventToken: string;
  /** The likeliest label. */
  readonly label: string | null;
  readonly model: Model;
  /** By label, 0 to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}
