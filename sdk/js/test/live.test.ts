import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { openLive } from "../src/live";
import { createRequests } from "../src/requests";
import type { Failure } from "../src/types";

/** So often response-api says something at least. */
const HEARTBEAT_MS = 10_000;

const closing: (() => void)[] = [];

afterEach(() => {
  closing.splice(0).forEach((close) => close());
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Somebody who reads, by a clock of the test's own, what a service says on the streams that it leaves open. */
async function reading() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const asked: IncomingHttpHeaders[] = [];
  const streams: ServerResponse[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    streams.push(response.writeHead(200, { "Content-Type": "text/event-stream" }));
    response.write(":following\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const decode = vi.spyOn(TextDecoder.prototype, "decode");
  const heard: string[] = [];
  const failures: Failure[] = [];
  const close = openLive({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: createRequests({ onError: (failure) => failures.push(failure) }),
    headers: async () => ({}),
    onRefused: () => {},
    onMessage: (data) => heard.push(data),
    lastId: "",
    firstMs: 10,
    maxMs: 50,
  });
  closing.push(close, () => (server.closeAllConnections(), server.close()));
  const say = async (text: string): Promise<void> => {
    const before = decode.mock.calls.length;
    streams.at(-1)!.write(text);
    await until(() => decode.mock.calls.length > before);
  };
  await until(() => decode.mock.calls.length > 0);
  return { asked, heard, failures, say };
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setImmediate(resolve));
}

test("a stream that falls silent is told of and resumed after its last message", async () => {
  const { asked, heard, failures, say } = await reading();
  await say("id:7\ndata:a\n\n");

  vi.advanceTimersByTime(3 * HEARTBEAT_MS);
  await until(() => failures.length > 0);
  await until(() => vi.getTimerCount() > 0);
  vi.advanceTimersByTime(50);
  await until(() => asked.length > 1);

  expect(heard).toEqual(["a"]);
  expect(asked[1]!["last-event-id"]).toBe("7");
  expect(failures).toEqual([{ request: "predictions", detail: "no answer in 30000 ms", willRetry: true }]);
});

test("the service's comments keep a stream without news open", async () => {
  const { asked, failures, say } = await reading();

  for (let beats = 0; beats < 20; beats++) {
    vi.advanceTimersByTime(HEARTBEAT_MS);
    await say(":still here\n\n");
  }

  expect(asked).toHaveLength(1);
  expect(failures).toEqual([]);
});
