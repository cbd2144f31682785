import type { SessionState } from "./session";
import type { TraceHeader, Traces } from "./traces";
import type { Reply, RespondOptions } from "./types";

export interface RepliesOptions {
  readonly url: string;
  readonly headers: () => Promise<Record<string, string>>;
  /** The server said 401 or 403. */
  readonly onRefused: () => void;
  readonly traces: Traces;
  readonly session: SessionState;
  readonly locale: () => string | undefined;
  readonly flush: () => Promise<void>;
  readonly timeoutMs: number;
}

/** A gateway that is slow or away must not hold up the chat for longer. */
const FLUSH_MS = 1000;

export function createReplies(options: RepliesOptions): (slot: string, ask?: RespondOptions) => Promise<Reply | null> {
  async function request(slot: string, ask: RespondOptions, trace: TraceHeader, signal: AbortSignal): Promise<Response> {
    const userId = options.session.userId();
    const after = options.session.token(userId);
    return fetch(options.url, {
      method: "POST",
      headers: { ...(await options.headers()), ...trace, "Content-Type": "application/json" },
      body: JSON.stringify({
        userId,
        sessionId: options.session.sessionId(),
        slot,
        locale: ask.locale ?? options.locale(),
        variables: ask.variables,
        ...(after && ask.waitMs ? { after, waitMs: ask.waitMs } : {}),
      }),
      signal,
      credentials: "omit",
    });
  }

  return async (slot, ask = {}) => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), options.timeoutMs);
    try {
      await Promise.race([options.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
      const trace = options.traces.reply();
      let response = await request(slot, ask, trace, abort.signal);
      if (response.status === 401 || response.status === 403) {
        options.onRefused();
        response = await request(slot, ask, trace, abort.signal);
      }
      return response.ok ? ((await response.json()) as Reply) : null;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  };
}
