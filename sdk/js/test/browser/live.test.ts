import type { IncomingMessage, ServerResponse } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { follow, openBrowser, openShop, openTab, predictions, serve, type Globals } from "./shop";

interface Stream {
  readonly user: string;
  readonly lastId: string | undefined;
  readonly signature: string | undefined;
  readonly response: ServerResponse;
  open: boolean;
}

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
let api: Awaited<ReturnType<typeof serve>>;
let context: BrowserContext;
let streams: Stream[];
let asked: number;
let lifetimeSeconds: number;
let refuse: number;

/** As the response API: first what is known, unless the reader knows it; then every change. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
  response.setHeader("Access-Control-Allow-Headers", "Authorization, Attune-User-Signature, Last-Event-ID, Content-Type");
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  if (refuse > 0) {
    refuse--;
    return void response.writeHead(403, { "Content-Type": "application/problem+json" }).end('{"code":"forbidden"}');
  }
  if (request.method === "POST") {
    response.writeHead(200, { "Content-Type": "application/json" }).end('{"text":"hello","accepted":0,"rejected":[]}');
    return;
  }
  const stream: Stream = {
    user: decodeURIComponent(request.url!.split("/")[3]!),
    lastId: request.headers["last-event-id"] as string | undefined,
    signature: request.headers["attune-user-signature"] as string | undefined,
    response,
    open: true,
  };
  streams.push(stream);
  response.on("close", () => (stream.open = false));
  response.writeHead(200, { "Content-Type": "text/event-stream" }).write(":following\n\n");
  if (!stream.lastId) say(stream, 1);
}

const say = (stream: Stream, n: number): void =>
  void stream.response.write(`id:${n}-0\nevent:prediction\ndata:{"user":"${stream.user}","n":${n}}\n\n`);
const open = (): Stream[] => streams.filter((stream) => stream.open);
const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 8000, interval: 25 });
const numbers = async (page: Page): Promise<number[]> => (await predictions<{ n: number }>(page)).map((p) => p.n);

beforeAll(async () => {
  shop = await openShop((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://shop");
    if (pathname !== "/signature") return void response.writeHead(404).end();
    asked++;
    const user = searchParams.get("user");
    response.end(`${Math.floor(Date.now() / 1000) + lifetimeSeconds}.${user}-${asked}`);
  });
  api = await serve(answer);
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await api.close();
  await shop.close();
});

beforeEach(async () => {
  streams = [];
  asked = 0;
  lifetimeSeconds = 3600;
  refuse = 0;
  context = await browser.newContext();
});

afterEach(() => context.close());

const tab = async (options: Record<string, unknown> = {}): Promise<Page> => {
  const page = await openTab(context, shop.url, { endpoint: api.url, writeKey: "k", ...options });
  await follow(page);
  return page;
};

describe("predictions in a real browser", () => {
  test("several tabs share one stream and each hears every change, the late ones what is known", async () => {
    const pages = [await tab(), await tab()];
    await eventually(() => expect(open()).toHaveLength(1));
    say(open()[0]!, 2);
    const late = await tab();

    await eventually(async () => expect(await Promise.all(pages.map(numbers))).toEqual([[1, 2], [1, 2]]));
    await eventually(async () => expect(await numbers(late)).toEqual([2]));
    say(open()[0]!, 3);
    await eventually(async () => expect(await numbers(late)).toEqual([2, 3]));
    expect(streams).toHaveLength(1);
  });

  test("when the tab that reads closes, another resumes after the last message", async () => {
    const [one, two] = [await tab(), await tab()];
    await eventually(async () => expect(await numbers(two)).toEqual([1]));
    await one.close();

    await eventually(() => expect(streams).toHaveLength(2));
    await eventually(() => expect(open()).toHaveLength(1));
    expect(streams[1]!.lastId).toBe("1-0");
    say(open()[0]!, 2);
    await eventually(async () => expect(await numbers(two)).toEqual([1, 2]));
  });

  test("a broken connection resumes and nothing is heard twice", async () => {
    const page = await tab();
    await eventually(async () => expect(await numbers(page)).toEqual([1]));
    streams[0]!.response.destroy();

    await eventually(() => expect(streams).toHaveLength(2));
    expect(streams[1]!.lastId).toBe("1-0");
    say(streams[1]!, 2);
    await eventually(async () => expect(await numbers(page)).toEqual([1, 2]));
  });

  test("the signature is kept while it is good and fetched anew before it expires", async () => {
    await tab();
    await eventually(() => expect(streams).toHaveLength(1));
    streams[0]!.response.destroy();
    await eventually(() => expect(streams).toHaveLength(2));
    expect(asked).toBe(1);

    // a signature of 31 s is used for one second and then taken for expiring
    await context.close();
    context = await browser.newContext();
    lifetimeSeconds = 31;
    await tab();
    await eventually(() => expect(streams).toHaveLength(3));
    const until = Number(streams[2]!.signature!.split(".")[0]) - 30;
    await eventually(() => expect(Date.now() / 1000).toBeGreaterThan(until));
    streams[2]!.response.destroy();
    await eventually(() => expect(streams).toHaveLength(4));
    expect(asked).toBe(3);
    expect(streams[3]!.signature).toMatch(/\.u-1-3$/);
  });

  test("a refused signature is fetched anew, for the stream and for a reply", async () => {
    refuse = 1;
    const page = await tab();
    await eventually(() => expect(streams).toHaveLength(1));
    expect(streams[0]!.signature).toMatch(/\.u-1-2$/);

    refuse = 1;
    const reply = await page.evaluate(() => (window as unknown as Globals).attune.respond("greeting"));

    expect(reply).toMatchObject({ text: "hello" });
    expect(asked).toBe(3);
  });

  test("another user gets a stream of their own and hears nothing of the one before", async () => {
    const page = await tab();
    await eventually(async () => expect(await numbers(page)).toEqual([1]));
    await page.evaluate(() => (window as unknown as Globals).attune.identify("ada@example.org/ü"));

    await eventually(() => expect(open().map((stream) => stream.user)).toEqual(["ada@example.org/ü"]));
    await eventually(async () => expect((await predictions<{ user: string }>(page)).at(-1)!.user).toBe("ada@example.org/ü"));
  });

  test("the stream ends with its last listener, and another tab that listens goes on", async () => {
    const [one, two] = [await tab(), await tab()];
    await eventually(() => expect(open()).toHaveLength(1));
    const before = streams.length;
    await one.evaluate(() => (window as unknown as Globals).attune.stop());
    await eventually(() => {
      expect(streams.slice(0, before).filter((stream) => stream.open)).toHaveLength(0);
      expect(open()).toHaveLength(1);
    });

    await two.evaluate(() => (window as unknown as Globals).attune.stop());

    await eventually(() => expect(open()).toHaveLength(0));
  });
});
