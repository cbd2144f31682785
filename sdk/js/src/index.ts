import { uuidv7 } from "./ids";
import { openLive } from "./live";
import { trackPages } from "./pages";
import { createQueue, utf8Length } from "./queue";
import { createSender } from "./sender";
import { createSession } from "./session";
import { createSignature } from "./signature";
import { openStorage } from "./storage";
import { electLeader } from "./tabs";
import type { Attune, AttuneOptions, DropReason, EventDetails, EventType, Reply, RespondOptions } from "./types";

export type * from "./types";

/** The gateway's limit on one event. */
const EVENT_BYTES = 32 * 1024;

/**
 * Starts the SDK. Events wait in local storage until the gateway has taken them; one tab sends for
 * all tabs of the origin. Nothing here throws into the host page.
 */
export function createAttune(options: AttuneOptions): Attune {
  const { endpoint, writeKey, onDrop, channel = "web" } = options;
  const name = writeKey;
  const storage = openStorage();
  const session = createSession(storage, name, options.userId);
  const queue = createQueue(storage, name, options.queueLimit ?? 1000);
  const signature = createSignature(options.signature);
  const pause = { firstMs: options.retry?.firstMs ?? 500, maxMs: options.retry?.maxMs ?? 30_000 };
  const count = options.batch?.count ?? 50;
  const bytes = options.batch?.bytes ?? 48 * 1024;
  const delayMs = options.batch?.delayMs ?? 2000;
  const news = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(`attune:${name}`);
  const listeners = new Set<(prediction: unknown) => void>();
  const tokens = new Map<string, string>();
  const cleanups: (() => void)[] = [];
  let dropped = 0;
  let leader = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let draining: Promise<void> | undefined;
  let closeLive: (() => void) | undefined;

  const drop = (reason: DropReason, n: number): void => {
    dropped += n;
    quietly(() => onDrop?.(reason, n));
  };

  const sender = createSender(queue, {
    url: `${endpoint}/v1/events`,
    writeKey,
    count,
    bytes,
    timeoutMs: options.timeoutMs ?? 10_000,
    ...pause,
    onDrop: drop,
    onTokens: (accepted) => remember(accepted, true),
  });

  function remember(accepted: Readonly<Record<string, string>>, tell: boolean): void {
    for (const [user, token] of Object.entries(accepted)) tokens.set(user, token);
    if (tell) news?.postMessage({ tokens: accepted });
  }

  function wake(ms: number): void {
    if (!leader || stopped || draining) return;
    clearTimeout(timer);
    timer = setTimeout(() => void drain(), ms);
  }

  function drain(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return (draining ??= sender.drain().then(
      (next) => {
        draining = undefined;
        if (next > 0 && !stopped) wake(next);
        news?.postMessage({ drained: true });
      },
      () => {
        draining = undefined;
      },
    ));
  }

  function track<T extends EventType>(type: T, detail: EventDetails[T]): string {
    const id = uuidv7();
    quietly(() => {
      const json = JSON.stringify({
        eventId: id,
        type,
        userId: session.userId(),
        sessionId: session.sessionId(),
        occurredAt: new Date().toISOString(),
        channel,
        locale: options.locale ?? globalThis.navigator?.language,
        context: { ...context(), ...(session.consent() === undefined ? {} : { consent: session.consent() }) },
        [type]: detail,
      });
      if (utf8Length(json) > EVENT_BYTES) return drop("too_large", 1);
      const lost = queue.add(id, json);
      if (lost > 0) drop("queue_full", lost);
      if (!leader) news?.postMessage({ queued: true });
      else if (queue.size() >= count) wake(0);
      else if (!timer) wake(delayMs);
    });
    return id;
  }

  /** Resolves when this tab, or the tab that leads, has sent what was queued or failed once. */
  async function flush(): Promise<void> {
    if (leader) return draining ? draining.then(drain) : drain();
    if (!news || queue.size() === 0) return;
    await new Promise<void>((resolve) => {
      const done = (message: MessageEvent): void => {
        if (message.data.drained) finish();
      };
      const finish = (): void => {
        clearTimeout(limit);
        news.removeEventListener("message", done);
        resolve();
      };
      const limit = setTimeout(finish, options.timeoutMs ?? 10_000);
      news.addEventListener("message", done);
      news.postMessage({ flush: true });
    });
  }

  const authorized = async (): Promise<Record<string, string>> => {
    const signed = await signature(session.userId());
    return { Authorization: `Bearer ${writeKey}`, ...(signed ? { "Attune-User-Signature": signed } : {}) };
  };
  const responses = options.responses ?? endpoint;

  async function respond(slot: string, ask: RespondOptions = {}): Promise<Reply | null> {
    try {
      await flush();
      const userId = session.userId();
      const after = tokens.get(userId);
      const response = await fetch(`${responses}/v1/responses`, {
        method: "POST",
        headers: { ...(await authorized()), "Content-Type": "application/json" },
        body: JSON.stringify({
          userId,
          sessionId: session.sessionId(),
          slot,
          locale: ask.locale ?? options.locale ?? globalThis.navigator?.language,
          variables: ask.variables,
          ...(after && ask.waitMs ? { after, waitMs: ask.waitMs } : {}),
        }),
        credentials: "omit",
      });
      return response.ok ? ((await response.json()) as Reply) : null;
    } catch {
      return null;
    }
  }

  function follow(): void {
    if (!leader || closeLive || stopped) return;
    closeLive = openLive({
      url: () => `${responses}/v1/users/${encodeURIComponent(session.userId())}/events`,
      headers: authorized,
      onMessage: (data) => {
        news?.postMessage({ prediction: data });
        announce(data);
      },
      ...pause,
    });
  }

  function unfollow(): void {
    closeLive?.();
    closeLive = undefined;
  }

  function announce(data: string): void {
    quietly(() => {
      const prediction: unknown = JSON.parse(data);
      listeners.forEach((listener) => quietly(() => listener(prediction)));
    });
  }

  function onPrediction(listener: (prediction: unknown) => void): () => void {
    listeners.add(listener);
    news?.postMessage({ follow: true });
    follow();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && !news) unfollow();
    };
  }

  news?.addEventListener("message", ({ data }) => {
    if (data.queued) wake(queue.size() >= count ? 0 : delayMs);
    if (data.flush && leader) void flush();
    if (data.follow) follow();
    if (data.tokens) remember(data.tokens, false);
    if (data.prediction) announce(data.prediction);
  });

  cleanups.push(
    electLeader(`attune:${name}`, (until) => {
      leader = true;
      wake(0);
      if (listeners.size > 0) follow();
      void until.then(() => (leader = false));
    }),
  );

  const pages = (): void => {
    if (options.autoTrack && session.consent() !== false && typeof window !== "undefined") {
      stopPages ??= trackPages((page, title, seconds) => track("page_viewed", { page, title, seconds }));
    }
  };
  let stopPages: (() => void) | undefined;
  quietly(pages);

  if (typeof window !== "undefined") {
    const hide = (): void => {
      if (leader) void drain();
    };
    addEventListener("pagehide", hide);
    addEventListener("online", hide);
    cleanups.push(() => (removeEventListener("pagehide", hide), removeEventListener("online", hide)));
  }

  return {
    identify(userId) {
      if (userId === session.userId()) return;
      session.identify(userId);
      if (closeLive) {
        unfollow();
        follow();
      }
    },
    track,
    pageViewed: (page, more) => track("page_viewed", { page, ...more }),
    clicked: (element, page) => track("clicked", { element, ...(page === undefined ? {} : { page }) }),
    messageSent: (text) => track("message_sent", { text, length: text.length }),
    agentReplied: (detail) => track("agent_replied", detail),
    issueOpened: (issueId, category) => track("issue_opened", { issueId, ...(category === undefined ? {} : { category }) }),
    issueResolved: (issueId, more) => track("issue_resolved", { issueId, ...more }),
    feedback: (detail) => track("feedback", detail),
    quickReplyUsed: (decisionId, value) => track("quick_reply_used", { decisionId, value }),
    custom: (event, properties = {}) => track("custom", { name: event, properties }),
    sessionStarted: (entry) => track("session_started", entry === undefined ? {} : { entry }),
    sessionEnded: (reason) => track("session_ended", reason === undefined ? {} : { reason }),
    respond,
    onPrediction,
    consent(granted) {
      session.setConsent(granted);
      if (granted) return pages();
      stopPages?.();
      stopPages = undefined;
    },
    flush,
    stats: () => ({ queued: queue.size(), sent: sender.sent(), dropped }),
    async stop() {
      if (stopped) return;
      quietly(() => stopPages?.());
      await flush();
      stopped = true;
      clearTimeout(timer);
      unfollow();
      cleanups.forEach(quietly);
      news?.close();
    },
  };
}

function context(): Record<string, unknown> {
  return {
    page: globalThis.location?.pathname,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** The host page must never see an exception of ours. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // nothing that the page could do about it
  }
}
