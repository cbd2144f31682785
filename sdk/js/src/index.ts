import { uuidv7 } from "./ids";
import { openNews } from "./news";
import { createOutbox } from "./outbox";
import { trackPages, type Pages } from "./pages";
import { createPredictions } from "./predictions";
import { createQueue, utf8Length } from "./queue";
import { quietly } from "./quietly";
import { createReplies } from "./replies";
import { createRequests } from "./requests";
import { bearer, createSender } from "./sender";
import { createSession } from "./session";
import { createSignature, SIGNATURE_HEADER } from "./signature";
import { openConsentStorage, openStorage } from "./storage";
import { createTraces } from "./traces";
import type { Attune, AttuneOptions, DropReason, EventDetails, EventType } from "./types";
import { SDK } from "./version";

export type * from "./types";

/** The gateway's limit on one event. */
const EVENT_BYTES = 32 * 1024;

/** Fields may be undefined: JSON leaves them out. */
type Given<Detail> = { readonly [Field in keyof Detail]: Detail[Field] | undefined };

/**
 * Starts the SDK. Events wait in local storage until the gateway has accepted them. One tab sends
 * for all tabs of the origin. After a no to `consent` they wait only in the page's memory, and each
 * tab sends its own. Nothing here throws into the host page.
 */
export function createAttune(options: AttuneOptions): Attune {
  const { writeKey, onDrop, channel = "web" } = options;
  const kept = options.storage !== "memory";
  const key = writeKey ?? "no-key";
  const name = `attune:${key}`;
  const endpoint = trimmed(options.endpoint);
  const responses = trimmed(options.responses ?? endpoint);
  const timeoutMs = options.timeoutMs ?? 10_000;
  const pauses = { firstMs: options.retry?.firstMs ?? 500, maxMs: options.retry?.maxMs ?? 30_000 };
  const count = options.batch?.count ?? 50;
  const storage = openStorage(kept);
  const items = openConsentStorage(storage.items, key);
  const news = openNews(kept ? name : undefined);
  const session = createSession(items, key, options.userId);
  const queue = createQueue(items, key, options.queueLimit ?? 1000, options.queueBytes ?? 2 * 1024 * 1024);
  const signature = createSignature(options.signature);
  const traces = createTraces(options.trace);
  const requests = createRequests(options);
  let dropped = 0;
  let stopped = false;
  let tracked: Pages | undefined;

  const drop = (reason: DropReason, n: number): void => {
    dropped += n;
    quietly(() => onDrop?.(reason, n));
  };
  const locale = (): string | undefined => {
    let own: string | undefined;
    quietly(() => (own = typeof options.locale === "function" ? options.locale() : options.locale));
    return own ?? globalThis.navigator?.language;
  };
  const headers = async (): Promise<Record<string, string>> => {
    const signed = await signature.of(session.userId());
    return { ...bearer(writeKey), ...(signed ? { [SIGNATURE_HEADER]: signed } : {}) };
  };

  const sender = createSender(queue, {
    url: `${endpoint}/v1/events`,
    requests,
    writeKey,
    count,
    bytes: options.batch?.bytes ?? 48 * 1024,
    timeoutMs,
    ...pauses,
    onDrop: drop,
    onTokens: session.accepted,
    traces,
    sign: options.signature && signature.of,
    onRefused: signature.forget,
  });
  const delayMs = options.batch?.delayMs ?? 2000;
  const shared = storage.shared && news.shared;
  const outbox = createOutbox({
    name,
    queue,
    sender,
    news,
    shared,
    own: items.own,
    onHide: () => tracked?.leave(),
    count,
    delayMs,
    timeoutMs,
  });
  const predictions = createPredictions({
    name,
    news,
    url: (userId) => `${responses}/v1/users/${encodeURIComponent(userId)}/events`,
    requests,
    headers,
    onRefused: signature.forget,
    userId: session.userId,
    ...pauses,
  });
  const respond = createReplies({
    url: `${responses}/v1/responses`,
    requests,
    headers,
    onRefused: signature.forget,
    traces,
    session,
    locale,
    timezone,
    flush: outbox.flush,
    timeoutMs,
  });

  function track<T extends EventType>(type: T, detail: Given<EventDetails[T]>): string {
    const id = uuidv7();
    try {
      const json = JSON.stringify({
        eventId: id,
        type,
        userId: session.userId(),
        sessionId: session.sessionId(),
        occurredAt: new Date().toISOString(),
        channel,
        locale: locale(),
        context: { sdk: SDK, page: globalThis.location?.pathname, timezone: timezone(), consent: session.consent() },
        [type]: detail,
      });
      if (utf8Length(json) > EVENT_BYTES) {
        drop("too_large", 1);
      } else {
        const lost = queue.add(id, json);
        if (lost > 0) drop("queue_full", lost);
        outbox.queued();
      }
    } catch {
      drop("invalid", 1);
    }
    return id;
  }

  const pages = (): void => {
    if (options.autoTrack && session.consent() !== false && typeof window !== "undefined") {
      tracked ??= trackPages((page, title, seconds) => track("page_viewed", { page, title, seconds }));
    }
  };
  const leavePages = (): void => {
    quietly(() => tracked?.stop());
    tracked = undefined;
  };
  quietly(pages);

  return {
    identify(userId) {
      if (userId === session.userId()) return;
      session.identify(userId);
      predictions.identified();
    },
    track,
    pageViewed: (page, more) => track("page_viewed", { page, ...more }),
    clicked: (element, page) => track("clicked", { element, page }),
    messageSent: (text) => track("message_sent", { text, length: text?.length }),
    agentReplied: (detail) => track("agent_replied", detail),
    issueOpened: (issueId, category) => track("issue_opened", { issueId, category }),
    issueResolved: (issueId, more) => track("issue_resolved", { issueId, ...more }),
    feedback: (detail) => track("feedback", detail),
    quickReplyUsed: (decisionId, value) => track("quick_reply_used", { decisionId, value }),
    custom: (event, properties = {}) => track("custom", { name: event, properties }),
    sessionStarted: (entry) => track("session_started", { entry }),
    sessionEnded: (reason) => track("session_ended", { reason }),
    respond,
    onPrediction: predictions.on,
    consent(granted) {
      session.setConsent(granted);
      // what waits may be this tab's to send now, or the leading tab's
      outbox.queued();
      if (granted) quietly(pages);
      else leavePages();
    },
    flush: outbox.flush,
    token: () => session.token(session.userId()),
    stats: () => ({ queued: queue.size(), sent: sender.sent(), dropped }),
    async stop() {
      if (stopped) return;
      stopped = true;
      leavePages();
      predictions.stop();
      await outbox.stop();
      news.close();
    },
  };
}

function trimmed(url: string): string {
  return url.replace(/\/$/, "");
}

function timezone(): string | undefined {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
