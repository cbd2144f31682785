import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createAttune } from "../src/index";
import type { Attune, AttuneOptions, Failure } from "../src/types";
import { scriptedGateway, type ScriptedAnswer } from "./gateway";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Gateway = Awaited<ReturnType<typeof scriptedGateway>>;

/** Against a gateway that answers so, with everything else as it is by default. */
async function running(answers: readonly ScriptedAnswer[], options: Partial<AttuneOptions>): Promise<{ gateway: Gateway; attune: Attune; failures: Failure[] }> {
  const gateway = await scriptedGateway(answers);
  const failures: Failure[] = [];
  const attune = createAttune({
    endpoint: gateway.url,
    userId: "u-1",
    storage: "memory",
    batch: { delayMs: 60_000 },
    retry: { firstMs: 10, maxMs: 50 },
    onError: (failure) => failures.push(failure),
    ...options,
  });
  closing.push(gateway.close, attune.stop);
  return { gateway, attune, failures };
}

const allSent = (attune: Attune): Promise<void> =>
  vi.waitFor(() => expect(attune.stats().queued).toBe(0), { timeout: 5000, interval: 10 });

describe("headers of the page", () => {
  test("go with every request beside the SDK's own", async () => {
    const { gateway, attune } = await running([{ status: 200 }], { writeKey: "k", headers: { "X-Csrf": "7" } });
    attune.clicked("buy");

    await attune.flush();

    expect(gateway.requests[0]!.headers).toMatchObject({ "x-csrf": "7", authorization: "Bearer k", "content-type": "application/json" });
  });

  test("are asked for each time, and replace the SDK's of the same name", async () => {
    let token = 0;
    const { gateway, attune } = await running([{ status: 503 }, { status: 200 }], {
      writeKey: "k",
      headers: async () => ({ authorization: `Session ${++token}` }),
    });
    attune.clicked("buy");

    await attune.flush();
    await allSent(attune);

    expect(gateway.requests.map((request) => request.headers.authorization)).toEqual(["Session 1", "Session 2"]);
  });

  test("that can't be had, or never come, hold nothing up but the next try", async () => {
    const tries = [() => Promise.reject(new Error("signed out")), () => new Promise<never>(() => {}), () => ({ "X-Csrf": "7" })];
    const { gateway, attune, failures } = await running([{ status: 200 }], { headers: () => tries.shift()!(), timeoutMs: 100 });
    attune.clicked("buy");

    await attune.flush();
    await allSent(attune);

    expect(failures).toEqual([
      { request: "events", detail: "signed out", willRetry: true },
      { request: "events", detail: "no answer in 100 ms", willRetry: true },
    ]);
    expect(gateway.requests).toHaveLength(1);
    expect(gateway.requests[0]!.headers["x-csrf"]).toBe("7");
  });

  test("without a write key no authorization is made up", async () => {
    const { gateway, attune } = await running([{ status: 200 }], {});
    attune.clicked("buy");

    await attune.flush();

    expect(gateway.requests[0]!.headers.authorization).toBeUndefined();
  });
});

describe("traceparent", () => {
  const sent = (gateway: Gateway): (readonly [string | undefined, unknown])[] =>
    gateway.requests.map(({ url, headers }) => [url, headers.traceparent] as const);

  test("goes with each try to send events and with the reply that follows, which continues the trace", async () => {
    const { gateway, attune } = await running([{ status: 503 }, { status: 200 }], { trace: 1 });
    attune.clicked("buy");
    await attune.flush();
    await allSent(attune);

    await attune.respond("reply");

    const sampled = expect.stringMatching(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(sent(gateway)).toEqual([["/v1/events", sampled], ["/v1/events", sampled], ["/v1/responses", sampled]]);
    const [, batch, reply] = sent(gateway).map(([, header]) => (header as string).split("-"));
    expect(reply![1]).toBe(batch![1]);
    expect(reply![2]).not.toBe(batch![2]);
  });

  test("says so where a trace is not to be recorded, and is the page's own where it makes them", async () => {
    const own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = async (trace: AttuneOptions["trace"]): Promise<unknown[]> => {
      const { gateway, attune } = await running([{ status: 200 }], { trace });
      attune.clicked("buy");
      await attune.respond("reply");
      return sent(gateway).map(([, header]) => header);
    };

    const unrecorded = expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(await headers(0)).toEqual([unrecorded, unrecorded]);
    expect(await headers(() => own)).toEqual([own, own]);
    expect(await headers(undefined)).toEqual([undefined, undefined]);
  });
});

describe("the token", () => {
  test("is the position of the newest accepted event, of the present user alone", async () => {
    const { attune } = await running([{ status: 503 }, { status: 200 }], {});
    attune.clicked("buy");
    attune.clicked("pay");
    await attune.flush();
    expect(attune.token()).toBeUndefined();

    await allSent(attune);
    expect(attune.token()).toBe("0-1");

    attune.identify("u-2");
    expect(attune.token()).toBeUndefined();
  });
});

describe("the reason of a failure", () => {
  test("is told for each refused event", async () => {
    const { attune, failures } = await running([{ status: 207, rejected: [1] }], {});
    attune.clicked("good");
    const bad = attune.clicked("bad");

    await attune.flush();

    expect(failures).toEqual([
      { request: "events", status: 207, eventId: bad, code: "schema_invalid", field: "clicked.element", detail: "scripted", willRetry: false },
    ]);
  });

  test("is told of a refusal as a whole once it is one event's", async () => {
    const { attune, failures } = await running([{ status: 413 }, { status: 200 }, { status: 413 }], {});
    attune.clicked("good");
    const bad = attune.clicked("bad");

    await attune.flush();

    expect(failures).toEqual([{ request: "events", status: 413, code: "scripted", detail: "as scripted", eventId: bad, willRetry: false }]);
    expect(attune.stats()).toEqual({ queued: 0, sent: 1, dropped: 1 });
  });

  test("is told of each try that is repeated, with the status where there is one", async () => {
    const { attune, failures } = await running([{ status: 503 }, { status: 0 }, { status: 200 }], {});
    attune.clicked("buy");

    await attune.flush();
    await allSent(attune);

    expect(failures).toEqual([
      { request: "events", status: 503, code: "scripted", detail: "as scripted", willRetry: true },
      { request: "events", detail: expect.stringMatching(/./), willRetry: true },
    ]);
  });

  test("is told where a reply is null, also where the page's own listener throws", async () => {
    const told: Failure[] = [];
    const { gateway, attune } = await running([{ status: 200 }], {
      responses: "http://127.0.0.1:1",
      onError: (failure) => {
        told.push(failure);
        throw new Error("the page's");
      },
    });

    expect(await attune.respond("reply")).toBeNull();

    expect(told).toEqual([{ request: "reply", detail: expect.stringMatching(/./), willRetry: false }]);
    expect(gateway.requests).toHaveLength(0);
  });
});

describe("a page that stands where Attune was", () => {
  const page = { status: 200, body: "<!doctype html><title>Back soon</title>" };
  const notAttune = { status: 200, code: "unexpected_answer", detail: expect.stringMatching(/./) };

  test("keeps the events, and is told of each try, which come less and less often", async () => {
    const { gateway, attune, failures } = await running([page], { retry: { firstMs: 20, maxMs: 10_000 }, queueLimit: 2 });
    for (const element of ["a", "b", "c"]) attune.clicked(element);

    await attune.flush();
    await vi.waitFor(() => expect(gateway.requests).toHaveLength(5), { timeout: 5000, interval: 5 });

    expect(attune.stats()).toEqual({ queued: 2, sent: 0, dropped: 1 });
    expect(failures[0]).toEqual({ request: "events", ...notAttune, willRetry: true });
    const pauses = gateway.requests.slice(1).map(({ at }, i) => at - gateway.requests[i]!.at);
    [10, 20, 40, 80].forEach((least, i) => expect(pauses[i]).toBeGreaterThanOrEqual(least - 1));
  });

  test.each([page.body, '{"ok":true}', "null", '"fine"', '{"text":7}', ""])("is no reply: %s", async (body) => {
    const { attune, failures } = await running([{ status: 200, body }], {});

    expect(await attune.respond("reply")).toBeNull();

    expect(failures).toEqual([{ request: "reply", ...notAttune, willRetry: false }]);
  });

  test("is no stream of predictions: it is told, and asked for less and less often", async () => {
    const { gateway, attune, failures } = await running([page], { retry: { firstMs: 20, maxMs: 10_000 } });
    const heard: unknown[] = [];
    attune.onPrediction((user) => heard.push(user));

    await vi.waitFor(() => expect(gateway.requests).toHaveLength(5), { timeout: 5000, interval: 5 });

    expect(failures[0]).toEqual({ request: "predictions", ...notAttune, willRetry: true });
    expect(gateway.requests[4]!.at - gateway.requests[3]!.at).toBeGreaterThanOrEqual(79);
    expect(heard).toEqual([]);
  });
});

test("an answer that breaks off is tried again, whatever its status", async () => {
  let tries = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const body = JSON.stringify({ accepted: 1, rejected: [], tokens: {} });
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
      if (++tries > 1) return void response.end(body);
      response.write(body.slice(0, 9), () => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { attune, failures } = await running([], { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  attune.clicked("buy");

  await attune.flush();
  await allSent(attune);

  expect(tries).toBe(2);
  expect(failures).toEqual([{ request: "events", detail: expect.stringMatching(/./), willRetry: true }]);
});

test("the locale is the present one, event by event", async () => {
  const locales = ["en-US", "es-ES"];
  const { gateway, attune } = await running([{ status: 200 }], {
    locale: () => locales.shift() ?? (() => { throw new Error("the page's"); })(),
  });
  attune.clicked("a");
  attune.clicked("b");
  attune.clicked("c");

  await attune.flush();

  const seen = gateway.requests[0]!.events.map((event) => event.locale);
  expect(seen.slice(0, 2)).toEqual(["en-US", "es-ES"]);
  expect(seen[2]).toBe(globalThis.navigator?.language);
});

describe("a question for a reply", () => {
  const reply = { status: 200, body: '{"text":"Hello"}' };
  const unknownZone = { status: 400, body: '{"code":"malformed","field":"timezone","detail":"not a zone"}' };
  const browsers = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asked = (gateway: Gateway) => gateway.requests.map(({ body }) => body);

  test("names the browser's time zone, and no format", async () => {
    const { gateway, attune } = await running([reply], {});

    await attune.respond("reply");

    expect(browsers).toMatch(/./);
    expect(asked(gateway)).toEqual([expect.objectContaining({ slot: "reply", timezone: browsers })]);
    expect(asked(gateway)[0]).not.toHaveProperty("format");
  });

  test("names the page's own time zone and format instead", async () => {
    const { gateway, attune } = await running([reply], {});

    await attune.respond("reply", { timezone: "Asia/Kolkata", format: "html" });

    expect(asked(gateway)).toEqual([expect.objectContaining({ timezone: "Asia/Kolkata", format: "html" })]);
  });

  test("names no time zone where the page wants the playbook's", async () => {
    const { gateway, attune } = await running([reply], {});

    await attune.respond("reply", { timezone: null });

    expect(asked(gateway)[0]).toMatchObject({ slot: "reply", timezone: null });
  });

  test("is repeated without a time zone that the service doesn't know, and the page is told", async () => {
    const { gateway, attune, failures } = await running([unknownZone, reply], {});

    expect(await attune.respond("reply", { timezone: "Etc/Unknown" })).toMatchObject({ text: "Hello" });

    expect(asked(gateway).map(({ timezone }) => timezone)).toEqual(["Etc/Unknown", null]);
    expect(failures).toEqual([{ request: "reply", status: 400, code: "malformed", field: "timezone", detail: "not a zone", willRetry: true }]);
  });

  test("is repeated once at most", async () => {
    const { gateway, attune, failures } = await running([unknownZone], {});

    expect(await attune.respond("reply")).toBeNull();

    expect(asked(gateway)).toHaveLength(2);
    expect(failures.map(({ willRetry }) => willRetry)).toEqual([true, false]);
  });
});

test("a clock that is set back delays no next try", async () => {
  const { attune } = await running([{ status: 503 }, { status: 200 }], { retry: { firstMs: 200, maxMs: 200 } });
  attune.clicked("buy");
  await attune.flush();
  const anHourAgo = vi.spyOn(Date, "now").mockReturnValue(Date.now() - 3_600_000);

  await allSent(attune).finally(() => anHourAgo.mockRestore());
});

describe("the stream of predictions", () => {
  test("is asked for again no sooner than the service wishes", async () => {
    const { gateway, attune } = await running([{ status: 429, retryAfter: "1" }, { status: 503 }], {});
    attune.onPrediction(() => {});

    await vi.waitFor(() => expect(gateway.requests).toHaveLength(3), { timeout: 5000, interval: 5 });

    const [first, second, third] = gateway.requests.map(({ at }) => at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(990);
    expect(third - second).toBeLessThan(900);
  });

  test("waits as long as timers can where the service asks for more", async () => {
    const { gateway, attune } = await running([{ status: 503, retryAfter: String(2 ** 32) }], {});
    attune.onPrediction(() => {});
    await vi.waitFor(() => expect(gateway.requests).toHaveLength(1), { timeout: 5000, interval: 5 });

    await new Promise((resolve) => setTimeout(resolve, 200));

    expect(gateway.requests).toHaveLength(1);
  });

  test("tells every prediction, whatever ends a line elsewhere", async () => {
    const odd = { userId: "u-1", features: { name: "a\u2028b\u2029c" } };
    const body = `id:1-0\nevent:prediction\ndata:${JSON.stringify(odd)}\n\n`;
    const { attune } = await running([{ status: 200, body, contentType: "text/event-stream" }], {});
    const heard: unknown[] = [];
    attune.onPrediction((user) => heard.push(user));

    await vi.waitFor(() => expect(heard).toEqual([odd]), { timeout: 2000, interval: 5 });
  });
});
