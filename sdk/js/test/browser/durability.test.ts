import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { scriptedGateway } from "../gateway";

const script = readFileSync(new URL("../../dist/attune.min.js", import.meta.url));
const flags =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

let browser: Browser;
let site: Server;
let origin: string;
let context: BrowserContext;
let gateway: Awaited<ReturnType<typeof scriptedGateway>> | undefined;

beforeAll(async () => {
  site = createServer((request, response) => {
    const isScript = request.url === "/attune.min.js";
    response.writeHead(200, { "Content-Type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? script : '<!doctype html><title>Shop</title><script src="/attune.min.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath: process.env.ATTUNE_CHROMIUM ?? "/usr/bin/chromium", args: flags.split(" ") });
}, 60_000);

afterAll(async () => {
  await browser.close();
  site.close();
});

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(async () => {
  await context.close();
  await gateway?.close();
  gateway = undefined;
});

/** A tab of the shop with a running SDK. */
async function openTab(endpoint: string, options: Record<string, unknown> = {}): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  await start(page, endpoint, options);
  return page;
}

async function start(page: Page, endpoint: string, options: Record<string, unknown> = {}): Promise<void> {
  await page.evaluate(
    (given) => {
      const globals = window as unknown as { Attune: { createAttune(o: object): unknown }; attune: unknown };
      globals.attune = globals.Attune.createAttune(given);
    },
    { endpoint, writeKey: "k", userId: "u-1", batch: { delayMs: 50, count: 10 }, retry: { firstMs: 50, maxMs: 200 }, ...options },
  );
}

function track(page: Page, label: string, count: number): Promise<string[]> {
  return page.evaluate(
    ([name, n]) => {
      const { attune } = window as unknown as { attune: { clicked(element: string): string } };
      return Array.from({ length: n as number }, (_, i) => attune.clicked(`${name}-${i}`));
    },
    [label, count] as const,
  );
}

function arrivals(): string[] {
  return gateway!.requests.flatMap((request) => request.events.map((event) => event.eventId));
}

async function allArrive(ids: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(new Set(arrivals())).toEqual(new Set(ids)), { timeout: 10_000, interval: 50 });
}

describe("in a real browser", () => {
  test("events tracked while the gateway is away survive a reload and arrive exactly once", async () => {
    const closed = await scriptedGateway([{ status: 200 }]);
    const { url } = closed;
    await closed.close();
    const page = await openTab(url);
    const before = await track(page, "before", 25);
    await page.reload();
    await start(page, url);
    const after = await track(page, "after", 5);

    gateway = await scriptedGateway([{ status: 200 }], Number(new URL(url).port));

    await allArrive([...before, ...after]);
    expect(arrivals()).toHaveLength(30);
  });

  test("two tabs send each event exactly once", async () => {
    gateway = await scriptedGateway([{ status: 200, delayMs: 20 }]);
    const [one, two] = [await openTab(gateway.url), await openTab(gateway.url)];

    const ids = (await Promise.all([track(one, "one", 40), track(two, "two", 40)])).flat();

    await allArrive(ids);
    expect(arrivals()).toHaveLength(80);
  });

  test("the other tab takes over when the sending tab closes", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const [one, two] = [await openTab(gateway.url), await openTab(gateway.url)];
    const first = await track(one, "one", 3);
    await one.close();

    const second = await track(two, "two", 3);

    await allArrive([...first, ...second]);
  });

  test("closing the tab in the middle of a batch loses nothing", async () => {
    gateway = await scriptedGateway([{ status: 200, delayMs: 500 }]);
    const page = await openTab(gateway.url);
    const ids = await track(page, "closing", 30);
    await vi.waitFor(() => expect(gateway!.requests.length).toBeGreaterThan(0), { timeout: 5000, interval: 10 });
    await page.close({ runBeforeUnload: false });

    await openTab(gateway.url);

    await allArrive(ids);
    const repeated = arrivals().length - ids.length;
    expect(repeated).toBeLessThanOrEqual(10);
  });

  test("leaving the page sends what waits for its batch", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const page = await openTab(gateway.url, { batch: { delayMs: 60_000, count: 50 } });
    const ids = await track(page, "leaving", 5);

    await page.goto("about:blank");

    await allArrive(ids);
  });

  test("429, 503, 413 and 207 on the way change nothing for the events that are good", async () => {
    gateway = await scriptedGateway([
      { status: 429, retryAfter: "1" },
      { status: 503 },
      { status: 413 },
      { status: 207, rejected: [0] },
      { status: 200 },
    ]);
    const page = await openTab(gateway.url);
    const ids = await track(page, "stormy", 20);

    await allArrive(ids);
    await page.waitForFunction(() => {
      const { attune } = window as unknown as { attune: { stats(): { queued: number } } };
      return attune.stats().queued === 0;
    });
    const stats = await page.evaluate(() => (window as unknown as { attune: { stats(): object } }).attune.stats());
    expect(stats).toEqual({ queued: 0, sent: 19, dropped: 1 });
    const answered = gateway.requests.slice(3).flatMap((request) => request.events.map((event) => event.eventId));
    expect([...answered].sort()).toEqual([...ids].sort());
  });

  test("a failing storage or endpoint never throws into the page", async () => {
    const page = await context.newPage();
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("denied", "SecurityError"); } });
    });
    await page.goto(origin);
    await start(page, "http://127.0.0.1:9");

    const ids = await track(page, "alone", 3);
    const reply = await page.evaluate(() => (window as unknown as { attune: { respond(s: string): unknown } }).attune.respond("greeting"));

    expect(ids).toHaveLength(3);
    expect(reply).toBeNull();
    expect(errors).toEqual([]);
  });

  test("counts page views with the time spent when asked to", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const page = await openTab(gateway.url, { autoTrack: true });
    await page.waitForTimeout(300);
    await page.evaluate(() => history.pushState({}, "", "/orders"));

    await vi.waitFor(() => expect(arrivals()).toHaveLength(1), { timeout: 5000, interval: 20 });

    const [event] = gateway.requests[0]!.events;
    expect(event).toMatchObject({ type: "page_viewed", page_viewed: { page: "/", title: "Shop" } });
    expect((event!.page_viewed as { seconds: number }).seconds).toBeGreaterThanOrEqual(0.3);
  });
});
