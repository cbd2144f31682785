import { parsed } from "./json";
import type { Queue, Queued } from "./queue";
import { utf8Length } from "./queue";
import { aborted, answerOf, causeOf, deadline, reasonOf, type Answer, type Requests } from "./requests";
import type { Tokens } from "./session";
import { SIGNATURE_HEADER } from "./signature";
import type { Traces } from "./traces";
import type { DropReason, Failure } from "./types";

/** What became of one request. */
type Outcome =
  | { readonly kind: "done"; readonly refused: number }
  /** To be sent in another way: fewer at once, or with a signature. */
  | { readonly kind: "again" }
  | { readonly kind: "retry"; readonly afterMs: number };

/** The pause before the next try, 0 when nothing waits; `asked` when the gateway wished for it. */
export interface Pause {
  readonly ms: number;
  readonly asked: boolean;
}

/** Where a batch goes, and as what. */
interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SenderOptions {
  readonly url: string;
  readonly requests: Requests;
  readonly writeKey: string | undefined;
  readonly count: number;
  readonly bytes: number;
  readonly timeoutMs: number;
  readonly firstMs: number;
  readonly maxMs: number;
  readonly onDrop: (reason: DropReason, count: number) => void;
  readonly onTokens: (tokens: Tokens) => void;
  readonly traces: Traces;
  /** A user's signature, for keys that must prove their user; absent: the page gave no way to ask. */
  readonly sign?: ((userId: string) => Promise<string | undefined>) | undefined;
  /** The gateway refused a signature. */
  readonly onRefused?: () => void;
}

export interface Sender {
  /** Sends until the queue is empty or a try failed. */
  drain(): Promise<Pause>;
  /** Sends at once what a page that goes away may still send; what has no answer stays queued. */
  farewell(): void;
  sent(): number;
}

/** Browsers take 64 KiB from a page that goes away, in all its requests together. */
const KEEPALIVE_BYTES = 60 * 1024;

/** Room for the braces, `sentAt` and the like around a batch's events. */
const ENVELOPE_BYTES = 128;

/**
 * Takes batches from the queue's head and removes them once the gateway has answered for each event:
 * by its counts, or by a problem with the batch itself. Anything else is tried again, whoever answered
 * it and with whatever status: keys, origins, addresses and proxies get mended. A batch that may have
 * arrived is sent again with the same ids, which the pipeline counts once.
 * Signatures are asked for once the gateway refused to go without: then a batch is of one user.
 */
export function createSender(queue: Queue, options: SenderOptions): Sender {
  const usual: Target = {
    url: options.url,
    headers: { "Content-Type": "application/json", ...bearer(options.writeKey) },
  };
  /** Asks no permission of another origin first: a page that goes away has no time for a preflight. */
  const simple: Target = {
    url: options.url + (options.writeKey ? `?key=${encodeURIComponent(options.writeKey)}` : ""),
    headers: { "Content-Type": "text/plain" },
  };
  const { requests } = options;
  const inFlight = new Map<string, number>();
  let failures = 0;
  let sent = 0;
  let limit = options.count;
  let proving = false;

  function head(bytes: number, skip?: ReadonlySet<string>): Queued[] {
    const batch = queue.head(limit, bytes, skip);
    const user = userOf(batch[0]);
    return proving ? batch.filter((e) => userOf(e) === user) : batch;
  }

  /** Undefined when there is none. Rejects when the page's server doesn't say in time. */
  async function signatureOf(batch: readonly Queued[], late: AbortSignal): Promise<string | undefined> {
    if (!proving) return undefined;
    return Promise.race([options.sign?.(userOf(batch[0])).catch(() => undefined), aborted(late)]);
  }

  async function send(batch: readonly Queued[], body: string, to: Target = usual): Promise<Outcome> {
    const limit = deadline(options.timeoutMs);
    const bytes = utf8Length(body);
    batch.forEach((e) => inFlight.set(e.id, bytes / batch.length));
    try {
      const signature = await signatureOf(batch, limit.signal);
      const response = await requests.send(to.url, {
        method: "POST",
        headers: {
          ...to.headers,
          // another header would need the permission that a page which goes away has no time for
          ...(to === simple ? {} : options.traces.batch()),
          ...(signature ? { [SIGNATURE_HEADER]: signature } : {}),
        },
        body,
        keepalive: bytes < KEEPALIVE_BYTES,
        signal: limit.signal,
      });
      return judge(response, await answerOf(response), batch);
    } catch (why) {
      tell({ ...(await causeOf(why)), willRetry: true });
      return { kind: "retry", afterMs: 0 };
    } finally {
      limit.clear();
      batch.forEach((e) => inFlight.delete(e.id));
    }
  }

  function tell(failure: Omit<Failure, "request">): void {
    requests.failed({ request: "events", ...failure });
  }

  function judge({ status, ok, headers }: Response, answer: Answer, batch: readonly Queued[]): Outcome {
    const size = batch.length;
    if (status === 403 && options.sign) {
      if (!proving) {
        proving = true;
        return { kind: "again" };
      }
      options.onRefused?.();
    }
    if ((ok || status === 400) && isCount(answer)) {
      const { rejected, tokens, warnings } = answer;
      if (tokens) options.onTokens(tokens);
      if (warnings) console.debug("attune", warnings);
      for (const { eventId, code, field, detail } of rejected) tell({ status, eventId, code, field, detail, willRetry: false });
      return { kind: "done", refused: rejected.length };
    }
    const said = reasonOf(status, answer);
    // refused whole: one event may be the cause, so the others get their own try
    const refused = (status === 400 || status === 413) && typeof answer.code === "string";
    if ((refused || status === 413) && size > 1) {
      limit = Math.ceil(size / 2);
      return { kind: "again" };
    }
    if (refused) {
      tell({ ...said, eventId: batch[0]?.id, willRetry: false });
      return { kind: "done", refused: 1 };
    }
    tell({ ...said, willRetry: true });
    return { kind: "retry", afterMs: retryAfterMs(headers.get("Retry-After")) };
  }

  /** Counts and tells first: whoever sees the queue empty then sees the counts. */
  function settle(batch: readonly Queued[], refused: number): void {
    sent += batch.length - refused;
    if (refused > 0) options.onDrop("refused", refused);
    queue.remove(batch.map((e) => e.id));
    failures = 0;
    limit = Math.min(options.count, limit * 2);
  }

  /** Without keepalive a request dies with its page; a beacon does not, but brings no answer. */
  function leave(batch: readonly Queued[], body: string): void {
    if (!("keepalive" in Request.prototype)) {
      navigator.sendBeacon(simple.url, body);
      return;
    }
    // a signature is a header, for which the browser asks permission anyway, as is one of the page's own
    void send(batch, body, proving || requests.headed ? usual : simple).then((outcome) => {
      if (outcome.kind === "done") settle(batch, outcome.refused);
    });
  }

  return {
    async drain() {
      for (;;) {
        const batch = head(options.bytes);
        if (batch.length === 0) return { ms: 0, asked: false };
        const outcome = await send(batch, bodyOf(batch));
        if (outcome.kind === "done") settle(batch, outcome.refused);
        if (outcome.kind === "retry") {
          const own = backoff(failures++, options.firstMs, options.maxMs);
          return { ms: Math.max(outcome.afterMs, own), asked: outcome.afterMs > 0 };
        }
      }
    },
    farewell() {
      let left = KEEPALIVE_BYTES;
      inFlight.forEach((bytes) => (left -= bytes));
      const skip = new Set(inFlight.keys());
      for (;;) {
        const batch = head(Math.min(options.bytes, left - ENVELOPE_BYTES), skip);
        const body = bodyOf(batch);
        left -= utf8Length(body);
        if (batch.length === 0 || left < 0) return;
        batch.forEach((e) => skip.add(e.id));
        leave(batch, body);
      }
    },
    sent: () => sent,
  };
}

/** The gateway's own answer to a batch. */
interface Count {
  readonly accepted: number;
  readonly rejected: readonly Pick<Failure, "eventId" | "code" | "field" | "detail">[];
  readonly tokens?: Tokens;
  /** Fields that the gateway does not know. */
  readonly warnings?: readonly unknown[];
}

function isCount(answer: Answer): answer is Answer & Count {
  return typeof answer.accepted === "number" && Array.isArray(answer.rejected);
}

/** Without a key a server between here and Attune adds its own. */
export function bearer(writeKey: string | undefined): Record<string, string> {
  return writeKey === undefined ? {} : { Authorization: `Bearer ${writeKey}` };
}

function userOf(event: Queued | undefined): string {
  // where somebody else wrote there, the gateway refuses it
  return parsed<{ userId?: string }>(event?.json)?.userId ?? "";
}

function bodyOf(batch: readonly Queued[]): string {
  return `{"sentAt":"${new Date().toISOString()}","events":[${batch.map((e) => e.json).join(",")}]}`;
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
