import { causeOf, LONGEST_TIMER_MS, type Requests } from "./requests";
import { backoff, retryAfterMs } from "./sender";

export interface LiveOptions {
  readonly url: string;
  readonly requests: Requests;
  readonly headers: () => Promise<Record<string, string>>;
  /** The server said 401 or 403. */
  readonly onRefused: () => void;
  readonly onMessage: (data: string, id: string) => void;
  /** The id of the last message that anybody saw, to resume after it. */
  readonly lastId: string;
  readonly firstMs: number;
  readonly maxMs: number;
}

/** A stream on which nothing came for so long is given up: response-api says something every 10 s. */
const SILENCE_MS = 30_000;

/** Reads Server-Sent Events with fetch, since EventSource cannot send headers; reconnects and resumes. */
export function openLive(options: LiveOptions): () => void {
  let open = true;
  let failures = 0;
  let lastId = options.lastId;
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** A connection that the network lost ends without a word. */
  function heard(): void {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error(`no answer in ${SILENCE_MS} ms`)), SILENCE_MS);
  }

  async function read(): Promise<void> {
    const headers = { ...(await options.headers()), Accept: "text/event-stream", ...(lastId ? { "Last-Event-ID": lastId } : {}) };
    const response = await options.requests.send(options.url, { headers, signal: abort.signal });
    if (response.status === 401 || response.status === 403) options.onRefused();
    const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream");
    if (!response.ok || !isStream || !response.body) throw response;
    failures = 0;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let buffer = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      buffer += decoder.decode(value, { stream: true });
      const blocks = buffer.split(/\r?\n\r?\n/);
      buffer = blocks.pop()!;
      blocks.forEach(dispatch);
    }
  }

  function dispatch(block: string): void {
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      const [, field, value = ""] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
      if (field === "data") data.push(value);
      if (field === "id") lastId = value;
    }
    if (data.length > 0) options.onMessage(data.join("\n"), lastId);
  }

  /** @returns the pause that the service asks for, in milliseconds */
  async function tell(why: unknown): Promise<number> {
    if (open) options.requests.failed({ request: "predictions", ...(await causeOf(why)), willRetry: true });
    return why instanceof Response ? retryAfterMs(why.headers.get("Retry-After")) : 0;
  }

  function connect(): void {
    if (!open) return;
    abort = new AbortController();
    heard();
    read()
      .then(() => 0, tell)
      .then((askedMs) => {
        const pauseMs = Math.max(askedMs, backoff(failures++, options.firstMs, options.maxMs));
        clearTimeout(timer);
        if (open) timer = setTimeout(connect, Math.min(pauseMs, LONGEST_TIMER_MS));
      });
  }

  connect();
  return () => {
    open = false;
    clearTimeout(timer);
    abort.abort();
  };
}
