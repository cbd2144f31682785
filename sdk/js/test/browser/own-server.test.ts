import type { IncomingMessage, ServerResponse } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openBrowser, openShop, type Globals } from "./shop";

interface Seen {
  readonly path: string;
  readonly user: string | undefined;
  readonly session: string | undefined;
  readonly headers: IncomingMessage["headers"];
}

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
let context: BrowserContext;
let page: Page;
let seen: Seen[];
let streams: ServerResponse[];

/** A shop's own server before Attune: it wants its cookie and its header, and knows the key. */
async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const path = request.url!;
  const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, any>) : {};
  const { userId, sessionId } = body.events?.[0] ?? body;
  if (!/shop=1/.test(request.headers.cookie ?? "") || request.headers["x-shop"] !== "7") {
    return void response.writeHead(403, { "Content-Type": "application/problem+json" }).end('{"code":"forbidden","detail":"not ours"}');
  }
  seen.push({ path, user: userId ?? /users\/([^/]+)\/events/.exec(path)?.[1], session: sessionId, headers: request.headers });
  if (path.endsWith("/v1/events")) {
    const tokens = { [userId]: `0-${seen.length}` };
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ accepted: body.events.length, rejected: [], tokens }));
  } else if (path.endsWith("/v1/responses")) {
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ text: `hello ${userId}`, after: body.after ?? null }));
  } else {
    streams.push(response);
    const user = path.split("/").at(-2);
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write(`id:1-0\nevent:prediction\ndata:{"userId":"${user}"}\n\n`);
  }
}

beforeAll(async () => {
  shop = await openShop((request, response) => void forward(request, response));
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await shop.close();
});

beforeEach(async () => {
  seen = [];
  streams = [];
  context = await browser.newContext();
  await context.addCookies([{ name: "shop", value: "1", url: shop.url }]);
  page = await context.newPage();
  await page.goto(shop.url);
});

afterEach(() => context.close());

interface Two extends Globals {
  two: Record<string, Globals["attune"] & { messageSent(text: string): string }>;
  heard: Record<string, unknown[]>;
  failures: unknown[];
}

/** One instance a user, all on one page and with one address. */
const startEach = (users: readonly string[], options: Record<string, unknown> = {}): Promise<void> =>
  page.evaluate(
    ([names, more]) => {
      const globals = window as unknown as Two;
      globals.two = {};
      globals.heard = {};
      globals.failures = [];
      for (const userId of names) {
        const heard: unknown[] = (globals.heard[userId] = []);
        const attune = globals.Attune.createAttune({
          endpoint: "/gateway",
          responses: "/responses",
          headers: { "X-Shop": "7" },
          credentials: "same-origin",
          storage: "memory",
          userId,
          retry: { firstMs: 20, maxMs: 50 },
          onError: (failure: unknown) => globals.failures.push(failure),
          ...more,
        });
        attune.onPrediction((user) => heard.push(user));
        globals.two[userId] = attune as Two["two"][string];
      }
    },
    [users, options] as const,
  );

const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 8000, interval: 25 });

describe("behind the page's own server, in a real browser", () => {
  test("two customers on one page have nothing in common, and nothing of them is kept", async () => {
    await startEach(["ada", "bob"]);

    const replies = await page.evaluate(async () => {
      const { two } = window as unknown as Two;
      two.ada!.messageSent("hi");
      two.bob!.messageSent("hi");
      return Promise.all([two.ada!.respond("reply", { waitMs: 10 }), two.bob!.respond("reply", { waitMs: 10 })]);
    });

    const events = seen.filter(({ path }) => path === "/gateway/v1/events");
    expect(events.map(({ user }) => user).sort()).toEqual(["ada", "bob"]);
    expect(new Set(events.map(({ session }) => session)).size).toBe(2);
    const tokens = events.map(({ user }) => `0-${seen.findIndex((one) => one.user === user && one.path.startsWith("/gateway")) + 1}`);
    expect((replies as { text: string; after: string }[]).map(({ text }) => text)).toEqual(["hello ada", "hello bob"]);
    expect(new Set((replies as { after: string }[]).map(({ after }) => after))).toEqual(new Set(tokens));
    await eventually(async () => {
      const heard = await page.evaluate(() => (window as unknown as Two).heard);
      expect(heard).toEqual({ ada: [{ userId: "ada" }], bob: [{ userId: "bob" }] });
    });
    expect(streams).toHaveLength(2);
    expect(seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    expect(await page.evaluate(async () => (await navigator.locks.query()).held!.length)).toBe(0);
    expect(await page.evaluate(() => (window as unknown as Two).failures)).toEqual([]);
  });

  test("what a page sends while it goes away has its headers and cookie, too", async () => {
    await startEach(["ada"], { batch: { delayMs: 60_000 } });
    await page.evaluate(() => (window as unknown as Two).two.ada!.messageSent("bye"));

    await page.goto("about:blank");

    await eventually(() => expect(seen.filter(({ path }) => path === "/gateway/v1/events").map(({ user }) => user)).toEqual(["ada"]));
    expect(seen.at(-1)!.headers["content-type"]).toBe("application/json");
  });

  test("without the cookie events wait, a reply is null, and the page hears why", async () => {
    await startEach(["ada"], { credentials: "omit" });

    const reply = await page.evaluate(() => {
      const { ada } = (window as unknown as Two).two;
      ada!.messageSent("hi");
      return ada!.respond("reply");
    });

    expect(reply).toBeNull();
    const failures = await page.evaluate(() => (window as unknown as Two).failures);
    const why = { status: 403, code: "forbidden", detail: "not ours" };
    expect(failures).toContainEqual({ request: "reply", ...why, willRetry: false });
    expect(failures).toContainEqual({ request: "events", ...why, willRetry: true });
    await eventually(async () =>
      expect(await page.evaluate(() => (window as unknown as Two).failures)).toContainEqual({ request: "predictions", ...why, willRetry: true }),
    );
    expect(await page.evaluate(() => (window as unknown as Two).two.ada!.stats().queued)).toBe(1);
    expect(seen).toEqual([]);
  });
});
