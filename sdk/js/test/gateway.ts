import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedAnswer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly delayMs?: number;
  readonly rejected?: readonly number[];
  /** A page of somebody between the client and the gateway, in place of the gateway's answer. */
  readonly body?: string;
  /** Of `body`; default: a page's. */
  readonly contentType?: string;
  /** Where a redirect leads. */
  readonly location?: string;
}

export interface SeenEvent {
  readonly eventId: string;
  readonly [field: string]: unknown;
}

export interface SeenRequest {
  readonly at: number;
  readonly url: string | undefined;
  readonly contentType: string | undefined;
  readonly signature: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly events: readonly SeenEvent[];
  /** Everything that was sent. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A real HTTP server that answers by script and keeps what it saw; the last answer repeats. */
export async function scriptedGateway(answers: readonly ScriptedAnswer[], port = 0) {
  const requests: SeenRequest[] = [];
  const server: Server = createServer((request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "authorization, content-type, attune-user-signature");
    response.setHeader("Access-Control-Expose-Headers", "retry-after");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (request.url === "/login") return void response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Sign in</title>");
    // a redirect made a GET of the POST
    if (request.method === "GET" && request.url === "/v1/events") {
      return void response.writeHead(405, { "Content-Type": "application/problem+json" }).end('{"code":"method_not_allowed"}');
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      // a question for a reply has no events, one for predictions no body
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as { events?: SeenEvent[] };
      const { events = [] } = body;
      const answer = answers[Math.min(requests.length, answers.length - 1)]!;
      requests.push({ at: Date.now(), url: request.url, contentType: request.headers["content-type"], signature: request.headers["attune-user-signature"] as string | undefined, headers: request.headers, events, body });
      if (answer.status === 0) return void request.socket.destroy();
      if (answer.delayMs) return void setTimeout(reply, answer.delayMs);
      reply();

      function reply(): void {
        const perEvent = answer.status < 300 || answer.rejected;
        const rejected = answer.rejected ?? [];
        const body = perEvent
          ? {
              accepted: events.length - rejected.length,
              rejected: rejected.map((index) => ({ index, eventId: events[index]?.eventId, code: "schema_invalid", field: "clicked.element", detail: "scripted" })),
              tokens: Object.fromEntries(events.map((event, offset) => [event.userId as string, `0-${offset}`])),
            }
          : { status: answer.status, code: "scripted", detail: "as scripted" };
        response.writeHead(answer.status, {
          "Content-Type": answer.body === undefined ? "application/json" : (answer.contentType ?? "text/html"),
          ...(answer.retryAfter ? { "Retry-After": answer.retryAfter } : {}),
          ...(answer.location ? { Location: answer.location } : {}),
        });
        response.end(answer.body ?? JSON.stringify(body));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}
