import type { Queue, Queued } from "./queue";
import { utf8Length } from "./queue";
import type { DropReason } from "./types";

/** What became of one request. */
type Outcome =
  | { readonly kind: "done"; readonly refused: number }
  | { readonly kind: "split" }
  | { readonly kind: "retry"; readonly afterMs: number };

export interface SenderOptions {
  readonly url: string;
  readonly writeKey: string;
  readonly count: number;
  readonly bytes: number;
  readonly timeoutMs: number;
  readonly firstMs: number;
  readonly maxMs: number;
  readonly onDrop: (reason: DropReason, count: number) => void;
  readonly onTokens: (tokens: Readonly<Record<string, string>>) => void;
}

export interface Sender {
  /** Sends until the queue is empty or a try failed; returns the pause before the next try, 0 when empty. */
  drain(): Promise<number>;
  sent(): number;
}

/** Browsers refuse keepalive bodies over 64 KiB in all; a request within it outlives its page. */
const KEEPALIVE_BYTES = 60 * 1024;

/** Answers that a later try can turn into success; 401 and 403 too, since keys and origins get mended. */
const RETRYABLE = new Set([401, 403, 408, 425, 429]);

/**
 * Takes batches from the queue's head and removes them once the gateway has answered for each event.
 * A batch that may have arrived is sent again with the same ids, which the pipeline counts once.
 */
export function createSender(queue: Queue, options: SenderOptions): Sender {
  let failures = 0;
  let sent = 0;
  let limit = options.count;

  async function send(batch: readonly Queued[]): Promise<Outcome> {
    const body = `{"sentAt":${JSON.stringify(new Date().toISOString())},"events":[${batch.map((e) => e.json).join(",")}]}`;
    let response: Response;
    let answer: Answer | null;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), options.timeoutMs);
    try {
      response = await fetch(options.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${options.writeKey}` },
        body,
        keepalive: utf8Length(body) < KEEPALIVE_BYTES,
        signal: abort.signal,
        credentials: "omit",
      });
      answer = (await response.json().catch(() => null)) as Answer | null;
    } catch {
      return { kind: "retry", afterMs: 0 };
    } finally {
      clearTimeout(timer);
    }
    return judge(response, answer, batch.length);
  }

  function judge(response: Response, answer: Answer | null, size: number): Outcome {
    const status = response.status;
    if (status === 413 && size > 1) return { kind: "split" };
    if (status >= 500 || RETRYABLE.has(status)) {
      return { kind: "retry", afterMs: retryAfterMs(response.headers.get("Retry-After")) };
    }
    if (answer?.tokens) options.onTokens(answer.tokens);
    if (response.ok || answer?.rejected) return { kind: "done", refused: answer?.rejected?.length ?? 0 };
    // refused whole: one event may be the cause, so the others get their own try
    return size > 1 ? { kind: "split" } : { kind: "done", refused: 1 };
  }

  return {
    async drain() {
      for (;;) {
        const batch = queue.head(limit, options.bytes);
        if (batch.length === 0) return 0;
        const outcome = await send(batch);
        switch (outcome.kind) {
          case "done":
            queue.remove(batch.map((e) => e.id));
            sent += batch.length - outcome.refused;
            if (outcome.refused > 0) options.onDrop("refused", outcome.refused);
            failures = 0;
            limit = Math.min(options.count, limit * 2);
            break;
          case "split":
            limit = Math.ceil(batch.length / 2);
            break;
          case "retry":
            return Math.max(outcome.afterMs, backoff(failures++, options.firstMs, options.maxMs));
        }
      }
    },
    sent: () => sent,
  };
}

interface Answer {
  readonly rejected?: readonly { readonly index: number }[];
  readonly tokens?: Readonly<Record<string, string>>;
}

/** Exponential with full jitter in its upper half, so that clients spread and none hurries. */
export function backoff(failures: number, firstMs: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** Retry-After in seconds or as an HTTP date (RFC 9110, 10.2.3), in milliseconds; 0 where absent. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number {
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return ms > 0 ? ms : 0;
}
