import type { News } from "./news";
import type { Queue } from "./queue";
import { quietly } from "./quietly";
import type { Sender } from "./sender";
import { electLeader } from "./tabs";

export interface OutboxOptions {
  readonly name: string;
  readonly queue: Queue;
  readonly sender: Sender;
  readonly news: News;
  /** Whether other tabs see this tab's queue; a queue of one's own must be sent by oneself. */
  readonly shared: boolean;
  /** Whether the queue is this page's alone for now, so that no other tab sends it. */
  readonly own: () => boolean;
  /** A batch goes out when so many events wait, or so long after the first of them. */
  readonly count: number;
  readonly delayMs: number;
  /** How long to wait for another tab to send. */
  readonly timeoutMs: number;
}

export interface Outbox {
  /** Something was queued. */
  queued(): void;
  /** Resolves when this tab, or the tab that leads, has sent what was queued or failed once. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Decides when what waits is sent, and by which tab: the one that holds the lead. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { queue, sender, news, count, delayMs } = options;
  let elected = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = 0;
  // after a failure nothing is sent before this time, however much is queued meanwhile
  let notBefore = 0;
  let asked = false;
  let draining: Promise<void> | undefined;
  const waiting = new Set<() => void>();
  const leads = (): boolean => elected || options.own();

  /** At the latest after this pause, unless a failure's pause is longer. */
  function wake(ms: number): void {
    if (!leads() || stopped || draining) return;
    const at = Math.max(Date.now() + ms, notBefore);
    if (timer !== undefined && dueAt <= at) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      timer = undefined;
      // another tab may have the queue by now
      if (leads()) void drain();
    }, at - Date.now());
  }

  function drain(): Promise<void> {
    if (draining) return draining;
    if (Date.now() < notBefore) {
      wake(0);
      return Promise.resolve();
    }
    clearTimeout(timer);
    timer = undefined;
    draining = sender.drain().then(
      (pause) => {
        draining = undefined;
        notBefore = pause.ms > 0 ? Date.now() + pause.ms : 0;
        asked = pause.asked;
        if (queue.size() > 0) wake(pause.ms > 0 ? 0 : delayMs);
        news.tell({ drained: true });
        waiting.forEach((finish) => finish());
      },
      () => {
        draining = undefined;
      },
    );
    return draining;
  }

  function queued(): void {
    if (leads()) wake(queue.size() >= count ? 0 : delayMs);
    else news.tell({ queued: true });
  }

  async function flush(): Promise<void> {
    if (leads()) return draining ? draining.then(drain) : drain();
    if (!news.shared || queue.size() === 0) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(limit);
        ignore();
        waiting.delete(finish);
        resolve();
      };
      // the lead may pass to this tab meanwhile
      waiting.add(finish);
      const ignore = news.listen((message) => message.drained && finish());
      const limit = setTimeout(finish, options.timeoutMs);
      news.tell({ flush: true });
    });
  }

  function lead(until: Promise<void>): void {
    elected = true;
    wake(0);
    void until.then(() => (elected = false));
  }

  const hide = (): void => {
    if (leads() && Date.now() >= notBefore) quietly(() => sender.farewell());
  };
  // a pause for a broken connection is over when the connection is back, one that was asked for is not
  const online = (): void => {
    if (!asked) notBefore = 0;
    clearTimeout(timer);
    timer = undefined;
    wake(0);
  };

  news.listen((message) => {
    if (message.queued && leads()) queued();
    if (message.flush && leads()) void flush();
  });
  let resign = (): void => {};
  if (options.shared) resign = electLeader(options.name, lead);
  else lead(new Promise((resolve) => (resign = resolve)));
  globalThis.addEventListener?.("pagehide", hide);
  globalThis.addEventListener?.("online", online);

  return {
    queued,
    flush,
    async stop() {
      if (stopped) return;
      await flush();
      stopped = true;
      clearTimeout(timer);
      resign();
      globalThis.removeEventListener?.("pagehide", hide);
      globalThis.removeEventListener?.("online", online);
    },
  };
}
