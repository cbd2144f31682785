import { passedMs } from "./clock";
import type { News } from "./news";
import type { Queue } from "./queue";
import { quietly } from "./quietly";
import { LONGEST_TIMER_MS } from "./requests";
import type { Sender } from "./sender";
import { electLeader } from "./tabs";

export interface OutboxOptions {
  readonly name: string;
  readonly queue: Queue;
  readonly sender: Sender;
  readonly news: News;
  /** Whether other tabs see this tab's queue; a queue of one's own must be sent by oneself. */
  readonly shared: boolean;
  /** Whether the queue is this page's alone at the moment: then no other tab sends it. */
  readonly own: () => boolean;
  /** A batch goes out when so many events wait, or so long after the first of them. */
  readonly count: number;
  readonly delayMs: number;
  /** The page goes away; what this queues is sent with the rest. */
  readonly onHide: () => void;
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

/** A tab hears of another's event before its own storage shows it, which takes milliseconds. */
const SETTLING_MS = 500;

/** How soon to ask again for a flush that was ahead of the storage. */
const ASK_AGAIN_MS = 20;

/** Decides when what waits is sent, and by which tab: the one that holds the lead. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { queue, sender, news, count, delayMs } = options;
  let elected = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // both of a clock that nobody sets
  let dueAt = 0;
  // after a failure nothing is sent before this time, however much is queued meanwhile
  let notBefore = 0;
  let asked = false;
  let look: ReturnType<typeof setTimeout> | undefined;
  let draining: Promise<void> | undefined;
  const waiting = new Set<() => void>();
  const leads = (): boolean => elected || options.own();

  /** At the latest after this pause, unless a failure's pause is longer. */
  function wake(ms: number): void {
    if (!leads() || stopped || draining) return;
    const at = Math.max(passedMs() + ms, notBefore);
    if (timer !== undefined && dueAt <= at) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      timer = undefined;
      // another tab may have the queue by now
      if (leads()) void drain();
    }, Math.min(at - passedMs(), LONGEST_TIMER_MS));
  }

  /** Another tab's event may be in this tab's storage only some time after it was told of. */
  function lookLater(): void {
    clearTimeout(look);
    look = setTimeout(() => queue.size() > 0 && wake(delayMs), SETTLING_MS);
  }

  function drain(): Promise<void> {
    if (draining) return draining;
    if (passedMs() < notBefore) {
      wake(0);
      return Promise.resolve();
    }
    clearTimeout(timer);
    timer = undefined;
    draining = sender.drain().then(
      (pause) => {
        draining = undefined;
        notBefore = pause.ms > 0 ? passedMs() + pause.ms : 0;
        asked = pause.asked;
        if (queue.size() > 0) wake(pause.ms > 0 ? 0 : delayMs);
        news.tell({ drained: pause });
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
    const last = queue.head(Infinity, Infinity).pop()?.id;
    if (!news.shared || last === undefined) return;
    const isSent = (): boolean => queue.head(1, 0).every(({ id }) => id > last);
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(limit);
        ignore();
        waiting.delete(finish);
        resolve();
      };
      // the lead may pass to this tab meanwhile
      waiting.add(finish);
      const ask = (): void => news.tell({ flush: true });
      const ignore = news.listen((message) => {
        if (!message.drained) return;
        if (message.drained.ms > 0 || isSent()) finish();
        else setTimeout(ask, ASK_AGAIN_MS);
      });
      const limit = setTimeout(finish, options.timeoutMs);
      ask();
    });
  }

  function lead(until: Promise<void>): void {
    elected = true;
    lookLater();
    wake(0);
    void until.then(() => (elected = false));
  }

  const hide = (): void => {
    options.onHide();
    // twice is better than never: the pipeline counts an event once
    if ((leads() || election.open()) && passedMs() >= notBefore) quietly(() => sender.farewell());
  };
  // a pause for a broken connection is over when the connection is back, one that was asked for is not
  const online = (): void => {
    if (!asked) notBefore = 0;
    clearTimeout(timer);
    timer = undefined;
    wake(0);
  };

  news.listen((message) => {
    if (message.queued && leads()) {
      lookLater();
      queued();
    }
    if (message.flush && leads()) void flush();
  });
  const election = electLeader(options.shared ? options.name : undefined, lead);
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
      election.resign();
      globalThis.removeEventListener?.("pagehide", hide);
      globalThis.removeEventListener?.("online", online);
    },
  };
}
