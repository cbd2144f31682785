import { request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { serve } from "../browser/shop";

/** What happens to a POST on its way; without a fault it passes. */
export type Fault =
  /** Answered on the way; the server never sees it. */
  | { readonly status: number; readonly retryAfter?: string }
  /** The server takes it, but its answer is lost. */
  | "answer lost"
  /** The connection breaks before the server sees it. */
  | "request lost"
  /** The server takes it, the answer is late. */
  | { readonly delayMs: number };

/** A proxy before a real server that does what networks and overloaded servers do. */
export async function faultyProxy(target: string, faults: readonly Fault[] = []) {
  const left = [...faults];
  const posts: { readonly fault: Fault | undefined; readonly body: string; readonly trace: unknown }[] = [];
  const streams = new Set<ServerResponse>();
  let connections = 0;

  function pass(request: IncomingMessage, response: ServerResponse, body: Buffer, fault?: Fault): void {
    const onward = forward(new URL(request.url!, target), { method: request.method, headers: request.headers }, (answer) => {
      if (fault === "answer lost") {
        answer.resume();
        answer.on("end", () => request.socket.destroy());
        return;
      }
      const reply = (): void => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      };
      if (answer.headers["content-type"]?.startsWith("text/event-stream")) {
        connections++;
        streams.add(response);
        response.on("close", () => (streams.delete(response), answer.destroy()));
      }
      if (typeof fault === "object" && "delayMs" in fault) setTimeout(reply, fault.delayMs);
      else reply();
    });
    onward.on("error", () => request.socket.destroy());
    onward.end(body);
  }

  const { url, close } = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      if (request.method !== "POST") return pass(request, response, body);
      const fault = left.shift();
      posts.push({ fault, body: body.toString("utf8"), trace: request.headers.traceparent });
      if (fault === "request lost") return void request.socket.destroy();
      if (typeof fault !== "object" || !("status" in fault)) return pass(request, response, body, fault);
      response.writeHead(fault.status, {
        "Content-Type": "application/problem+json",
        "Access-Control-Allow-Origin": request.headers.origin ?? "*",
        "Access-Control-Expose-Headers": "Retry-After",
        ...(fault.retryAfter ? { "Retry-After": fault.retryAfter } : {}),
      });
      response.end('{"code":"scripted"}');
    });
  });
  return {
    url,
    close,
    posts,
    /** Streams opened so far, and those that are open. */
    connections: () => connections,
    open: () => streams.size,
    /** Breaks the open streams. */
    cut: () => streams.forEach((stream) => stream.destroy()),
  };
}
