import type { Channel, EventDetails, Prediction, ReplyBody, UserBody } from "./schema";

export type { Channel, EventDetails, Handoff, Intent, Model, Prediction, QuickReply, ReplyFreshness } from "./schema";

/** The name of an event type. */
export type EventType = keyof EventDetails;

/** Why an event was dropped. */
export type DropReason =
  /** The queue was full, so the oldest event was dropped. */
  | "queue_full"
  /** Larger than the gateway's limit of 32 KiB. */
  | "too_large"
  /** Its properties cannot be written as JSON. */
  | "invalid"
  /** The gateway answered that it can never be accepted. */
  | "refused";

/** Why a request failed, or an event was refused. */
export interface Failure {
  /** What was asked for. */
  readonly request: "events" | "reply" | "predictions";
  /** The answer's HTTP status. Missing: no answer came. */
  readonly status?: number | undefined;
  /**
   * What is wrong, by a stable name such as `rate_limited` or `schema_invalid`. `unexpected_answer`: something other than
   * Attune answered, such as a proxy's page.
   */
  readonly code?: string | undefined;
  /** What is wrong, for whoever reads logs. */
  readonly detail?: string | undefined;
  /** The event that was refused. */
  readonly eventId?: string | undefined;
  /** What is wrong in that event, such as `clicked.element`, or in the question for a reply, such as `timezone`. */
  readonly field?: string | undefined;
  /** Whether the SDK tries again by itself. */
  readonly willRetry: boolean;
}

/** Settings of `createAttune`; every one but `endpoint` has a default. */
export interface AttuneOptions {
  /** Base URL of the ingest gateway, or of your own server before it. */
  readonly endpoint: string;
  /** Base URL of the response API. Default: `endpoint`. */
  readonly responses?: string;
  /** A public key that may only write. Leave it out if your own server stands before Attune and adds a key. */
  readonly writeKey?: string;
  /** Headers for every request, for your own server; they replace the SDK's of the same name. A function is asked each time. */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>);
  /** Whether requests carry cookies: `same-origin` or `include`, for your own server. Default: omit. */
  readonly credentials?: RequestCredentials;
  /** Who the user is. Default: an anonymous id, which is made once and kept. */
  readonly userId?: string;
  /** Where events come from. Default: web. */
  readonly channel?: Channel;
  /** BCP 47, or a function that tells the present one. Default: the browser's. */
  readonly locale?: string | (() => string | undefined);
  /** Fetches a fresh user signature `<expiry>.<hmac>` from your server; needed for replies, and for events with a key that must prove its user. */
  readonly signature?: (userId: string) => string | Promise<string>;
  /** Sends page views with the time spent on each. Off by default. */
  readonly autoTrack?: boolean;
  /** A batch goes out when one of these is reached. Defaults: 50 events, 48 KiB, 2 s. */
  readonly batch?: { readonly count?: number; readonly bytes?: number; readonly delayMs?: number };
  /**
   * `memory`: nothing is kept on the device, and nothing shared with other tabs or other instances on the page.
   * What was not sent is lost with the page. Default: local.
   */
  readonly storage?: "local" | "memory";
  /** The most events kept while they cannot be sent. Beyond that the oldest are dropped and counted. Default 1,000. */
  readonly queueLimit?: number;
  /** The most bytes of the origin's storage (UTF-16) that waiting events may take. Default 2 MiB. */
  readonly queueBytes?: number;
  /** After this time a request is aborted and retried. Default 10 s. */
  readonly timeoutMs?: number;
  /** First and longest pause between retries. Defaults 500 ms and 30 s. */
  readonly retry?: { readonly firstMs?: number; readonly maxMs?: number };
  /**
   * The share of traces to record, 0 to 1: every request then says by `traceparent` whether it is one.
   * Or a function that returns your own `traceparent`. Default: none is sent, and the gateway decides.
   */
  readonly trace?: number | (() => string | undefined);
  /** Called with the reason and number of dropped events. */
  readonly onDrop?: (reason: DropReason, count: number) => void;
  /** Called with the reason whenever a request failed, also if it is tried again, and for each event that was refused. */
  readonly onError?: (failure: Failure) => void;
}

/** Header values by name. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** Options of a request for a reply. */
export interface RespondOptions {
  /** BCP 47. Default: the one of `AttuneOptions`. */
  readonly locale?: string;
  /**
   * Of the hours that rules see and of the dates that are shown: an IANA name such as Europe/Madrid, or an offset. Default:
   * the browser's. null: the playbook's, which also holds where the service doesn't know this one; `onError` then says so.
   */
  readonly timezone?: string | null;
  /** How variables are escaped. Default: as in the playbook. */
  readonly format?: "plain" | "html" | "markdown";
  /** Values for the template's placeholders. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How long to wait at most until the prediction includes what this client sent last (0 to 1,000 ms). */
  readonly waitMs?: number;
}

/** A reply. Fields that a newer service adds are kept. */
export interface Reply extends ReplyBody {
  readonly [more: string]: unknown;
}

/** What is known of a user. */
export interface UserView extends Omit<UserBody, "features"> {
  /** By name. A feature without a value is null. */
  readonly features: Readonly<Record<string, number | string | null>>;
}

/** What this tab has counted since it started. */
export interface Stats {
  /** Waiting events of all tabs. */
  readonly queued: number;
  /** Events that the gateway accepted. */
  readonly sent: number;
  /** Dropped events, for whatever reason. */
  readonly dropped: number;
}

/** The running SDK. */
export interface Attune {
  /** From now on events belong to this user. Events already queued stay with theirs. */
  identify(userId: string): void;
  /** Queues an event and returns its id; never throws. */
  track<T extends EventType>(type: T, detail: EventDetails[T]): string;
  pageViewed(page: string, more?: Omit<EventDetails["page_viewed"], "page">): string;
  clicked(element: string, page?: string): string;
  messageSent(text: string): string;
  /** `responseSeconds` is the time spent on the answer, not the time that the user waited for it. */
  agentReplied(detail: EventDetails["agent_replied"]): string;
  issueOpened(issueId: string, category?: string): string;
  issueResolved(issueId: string, more?: Omit<EventDetails["issue_resolved"], "issueId">): string;
  feedback(detail: EventDetails["feedback"]): string;
  quickReplyUsed(decisionId: string, value: string): string;
  custom(name: string, properties?: Record<string, unknown>): string;
  sessionStarted(entry?: string): string;
  sessionEnded(reason?: string): string;
  /** Asks for a reply. Sends queued events first. Returns null if no reply is available; `onError` has the reason. */
  respond(slot: string, options?: RespondOptions): Promise<Reply | null>;
  /**
   * Calls back with the user's prediction, and again whenever it changes, in every tab that asks.
   * The tabs share one connection. Returns a function that stops it.
   */
  onPrediction(listener: (user: UserView) => void): () => void;
  /**
   * false: automatic tracking stops, and every event says so. Only this answer is kept on the
   * device, also over reloads. Events, ids and positions live as long as the page.
   */
  consent(granted: boolean): void;
  /** Sends queued events. Settles when the queue is empty or an attempt failed. */
  flush(): Promise<void>;
  /** The position of the user's newest accepted event: what your own server sends as `after` when it asks for a reply. */
  token(): string | undefined;
  /** The numbers of waiting, sent and dropped events. */
  stats(): Stats;
  /** Sends what is left and stops all timers and listeners. */
  stop(): Promise<void>;
}
