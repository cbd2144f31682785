import { answerOf, causeOf, deadline, type Requests } from "./requests";
import type { SessionState } from "./session";
import type { TraceHeader, Traces } from "./traces";
import type { Reply, RespondOptions } from "./types";

export interface RepliesOptions {
  readonly url: string;
  readonly requests: Requests;
  readonly headers: () => Promise<Record<string, string>>;
  /** The server said 401 or 403. */
  readonly onRefused: () => void;
  readonly traces: Traces;
  readonly session: SessionState;
  readonly locale: () => string | undefined;
  readonly timezone: () => string | undefined;
  readonly flush: () => Promise<void>;
  readonly timeoutMs: number;
}

/** A gateway that is slow or away must not hold up the chat for longer. */
const FLUSH_MS = 1000;

export function createReplies(options: RepliesOptions): (slot: string, ask?: RespondOptions) => Promise<Reply | null> {
  const { requests } = options;

  async function request(slot: string, ask: RespondOptions, trace: TraceHeader, signal: AbortSignal): Promise<Response> {
    const userId = options.session.userId();
    const after = options.session.token(userId);
    const { locale = options.locale(), timezone = options.timezone(), format, variables, waitMs } = ask;
    return requests.send(options.url, {
      method: "POST",
      headers: { ...(await options.headers()), ...trace, "Content-Type": "application/json" },
      body: JSON.stringify({
        userId,
        sessionId: options.session.sessionId(),
        slot,
        locale,
        timezone,
        format,
        variables,
        ...(after && waitMs ? { after, waitMs } : {}),
      }),
      signal,
    });
  }

  async function reply(slot: string, ask: RespondOptions, signal: AbortSignal): Promise<Reply> {
    await Promise.race([options.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
    const trace = options.traces.reply();
    let response = await request(slot, ask, trace, signal);
    if (response.status === 401 || response.status === 403) {
      options.onRefused();
      response = await request(slot, ask, trace, signal);
    }
    const answer = await answerOf(response.clone());
    // a page, or another service's answer, has no text to show
    if (!response.ok || typeof answer.text !== "string") throw response;
    return answer as Reply;
  }

  return async function respond(slot, ask = {}): Promise<Reply | null> {
    const limit = deadline(options.timeoutMs);
    try {
      return await reply(slot, ask, limit.signal);
    } catch (why) {
      const cause = await causeOf(why);
      // browsers learn of new time zones before services do
      const willRetry = cause.field === "timezone" && ask.timezone !== null;
      requests.failed({ request: "reply", ...cause, willRetry });
      return willRetry ? respond(slot, { ...ask, timezone: null }) : null;
    } finally {
      limit.clear();
    }
  };
}
