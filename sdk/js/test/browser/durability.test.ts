import type { BrowserContext, Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { scriptedGateway } from "../gateway";
import { openBrowser, openShop, openTab as openTabOf, start as startIn, stats, track, type Globals } from "./shop";

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
let context: BrowserContext;
let gateway: Awaited<ReturnType<typeof scriptedGateway>> | undefined;

beforeAll(async () => {
  shop = await openShop();
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await shop.close();
});

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(async () => {
  await context.close();
  await gateway?.close();
  gateway = undefined;
});

const openTab = (endpoint: string, options: Record<string, unknown> = {}): Promise<Page> =>
  openTabOf(context, shop.url, { endpoint, writeKey: "k", ...options });
const start = (page: Page, endpoint: string): Promise<void> => startIn(page, { endpoint, writeKey: "k" });

function arrivals(): string[] {
  return gateway!.requests.flatMap((request) => request.events.map((event) => event.eventId));
}

function errorsOf(page: Page): Error[] {
  const errors: Error[] = [];
  page.on("pageerror", (error) => errors.push(error));
  return errors;
}

async function allArrive(ids: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(new Set(arrivals())).toEqual(new Set(ids)), { timeout: 10_000, interval: 50 });
}

/** A tab that has the lead and waits a minute for its batch; it has already sent one event. */
async function leadingTab(batch = { count: 50, bytes: 64 * 1024 }): Promise<Page> {
  const page = await openTab(gateway!.url, { batch: { delayMs: 60_000, ...batch } });
  await track(page, "early", 1);
  await page.evaluate(() => (window as unknown as Globals).attune.flush());
  await page.waitForFunction(() => (window as unknown as Globals).attune.stats().sent === 1);
  gateway!.requests.length = 0;
  return page;
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

  test("a sign-in page where the gateway was takes nothing, and the page after it sends what waited", async () => {
    gateway = await scriptedGateway([{ status: 302, location: "/login", body: "" }, { status: 200, body: "<!doctype html>" }, { status: 200 }]);
    const page = await openTab(gateway.url, { retry: { firstMs: 60_000, maxMs: 60_000 } });
    const ids = await track(page, "signed-out", 3);
    await page.evaluate(() => (window as unknown as Globals).attune.flush());
    expect(await stats(page)).toEqual({ queued: 3, sent: 0, dropped: 0 });

    await page.reload();
    await start(page, gateway.url);

    await page.waitForFunction(() => (window as unknown as Globals).attune.stats().sent === 3);
    expect(gateway.requests.map((request) => request.events.map(({ eventId }) => eventId))).toEqual([ids, ids, ids]);
  });

  test("two tabs send each event exactly once", async () => {
    gateway = await scriptedGateway([{ status: 200, delayMs: 20 }]);
    const [one, two] = [await openTab(gateway.url), await openTab(gateway.url)];

    const ids = (await Promise.all([track(one, "one", 40), track(two, "two", 40)])).flat();

    await allArrive(ids);
    expect(arrivals()).toHaveLength(80);
  });

  test("a tab that sees the queue empty asks with its events' position, whatever it hears from the sending tab", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    await openTab(gateway.url);
    const deaf = await context.newPage();
    await deaf.addInitScript(() => (BroadcastChannel.prototype.addEventListener = () => {}));
    await deaf.goto(shop.url);
    await start(deaf, gateway.url);
    await track(deaf, "deaf", 1);
    await deaf.waitForFunction(() => (window as unknown as Globals).attune.stats().queued === 0);

    const asked = await deaf.evaluate(async () => {
      let body: unknown;
      window.fetch = async (_, init) => {
        body = init?.body;
        return new Response("{}");
      };
      await (window as unknown as Globals).attune.respond("greeting", { waitMs: 10 });
      return body as string;
    });

    expect(JSON.parse(asked)).toMatchObject({ after: "0-0", waitMs: 10 });
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

  test("leaving the page sends what waits for its batch, without a preflight", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const page = await leadingTab();
    const ids = await track(page, "leaving", 5);

    await page.goto("about:blank");

    await allArrive(ids);
    expect(gateway.requests.at(-1)).toMatchObject({ url: "/v1/events?key=k", contentType: "text/plain" });
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
    await page.waitForFunction(() => (window as unknown as Globals).attune.stats().queued === 0);
    expect(await stats(page)).toEqual({ queued: 0, sent: 19, dropped: 1 });
    const answered = gateway.requests.slice(3).flatMap((request) => request.events.map((event) => event.eventId));
    expect([...answered].sort()).toEqual([...ids].sort());
  });

  test("a page that goes away sends all that fits the browser's 64 KiB, in several requests", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const page = await leadingTab({ count: 1000, bytes: 16 * 1024 });
    const ids = await page.evaluate(() => {
      const { attune } = window as unknown as Globals;
      return Array.from({ length: 100 }, (_, i) => attune.custom("filler", { i, text: "x".repeat(1000) }));
    });

    await page.goto("about:blank");

    // the first 40 and more go out as keepalive requests below 16 KiB each, the rest stays queued
    await vi.waitFor(() => expect(arrivals().length).toBeGreaterThan(40), { timeout: 5000, interval: 20 });
    const before = arrivals().length;
    expect(before).toBeLessThan(64);
    expect(gateway.requests.length).toBeGreaterThan(2);
    await openTab(gateway.url);
    await allArrive(ids);
  });

  test("a page that goes away before the browser says which tab leads sends its events as well", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    await context.addInitScript(() => {
      LockManager.prototype.request = LockManager.prototype.query = () => new Promise<never>(() => {});
    });
    const page = await openTab(gateway.url);
    const ids = await track(page, "hasty", 5);

    await page.goto("about:blank");

    await allArrive(ids);
  });

  test("a beacon takes over where fetch cannot outlive its page", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const page = await leadingTab();
    await page.evaluate(() => delete (Request.prototype as Partial<Request>).keepalive);
    const ids = await track(page, "beacon", 3);

    await page.goto("about:blank");

    await allArrive(ids);
    expect(gateway.requests.at(-1)).toMatchObject({ url: "/v1/events?key=k", contentType: "text/plain;charset=UTF-8" });
  });

  test("new events do not shorten the pause that a 429 asks for", async () => {
    gateway = await scriptedGateway([{ status: 429, retryAfter: "2" }, { status: 200 }]);
    const page = await openTab(gateway.url, { batch: { delayMs: 10, count: 2 } });
    const ids = await track(page, "first", 2);
    await vi.waitFor(() => expect(gateway!.requests).toHaveLength(1), { timeout: 5000, interval: 10 });

    for (let i = 0; i < 5; i++) ids.push(...(await track(page, `more-${i}`, 3)));
    await page.evaluate(() => (window as unknown as Globals).attune.flush());

    await allArrive(ids);
    expect(gateway.requests[1]!.at - gateway.requests[0]!.at).toBeGreaterThanOrEqual(1950);
  });

  test("a steady trickle from another tab does not hold its batch back", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    await openTab(gateway.url, { batch: { delayMs: 300, count: 1000 } });
    const other = await openTab(gateway.url, { batch: { delayMs: 300, count: 1000 } });

    await other.evaluate(async () => {
      for (let i = 0; i < 12; i++) {
        (window as unknown as Globals).attune.clicked(`trickle-${i}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });

    await vi.waitFor(() => expect(arrivals()).toHaveLength(12), { timeout: 5000, interval: 20 });
    expect(gateway.requests.length).toBeGreaterThan(2);
  });

  test("a full queue drops the oldest, counts them and says so, over reloads", async () => {
    const closed = await scriptedGateway([{ status: 200 }]);
    await closed.close();
    const page = await openTab(closed.url, { queueLimit: 20 });
    const ids = await track(page, "full", 50);

    expect(await stats(page)).toEqual({ queued: 20, sent: 0, dropped: 30 });
    await page.reload();
    gateway = await scriptedGateway([{ status: 200 }], Number(new URL(closed.url).port));
    await start(page, gateway.url);
    await allArrive(ids.slice(30));
  });

  test("takes at most its bytes of the origin's storage and leaves the rest to the page", async () => {
    const page = await openTab("http://127.0.0.1:9", { queueBytes: 100_000 });

    const held = await page.evaluate(() => {
      const { attune } = window as unknown as Globals;
      for (let i = 0; i < 60; i++) attune.custom("filler", { text: "x".repeat(2000) });
      let bytes = 0;
      for (let i = 0; i < localStorage.length; i++) {
        const key = localStorage.key(i)!;
        if (key.includes(":q:")) bytes += 2 * localStorage.getItem(key)!.length;
      }
      localStorage.setItem("the-page's-own", "y".repeat(1_000_000));
      return bytes;
    });

    expect(held).toBeGreaterThan(80_000);
    expect(held).toBeLessThanOrEqual(100_000);
    const { queued, dropped } = await stats(page);
    expect(queued + dropped).toBe(60);
  });

  test("a storage that the page has filled makes the oldest go, never an error", async () => {
    gateway = await scriptedGateway([{ status: 503 }]);
    const page = await context.newPage();
    await page.goto(shop.url);
    await page.evaluate(() => {
      for (let size = 1 << 20; size >= 1; size >>= 1) {
        try {
          for (let i = 0; ; i++) localStorage.setItem(`page-${size}-${i}`, "z".repeat(size));
        } catch {
          // full for this size, so a smaller one
        }
      }
    });
    const errors = errorsOf(page);
    await start(page, gateway.url);

    const ids = await track(page, "no-room", 5);

    expect(ids).toHaveLength(5);
    expect(await stats(page)).toEqual({ queued: 0, sent: 0, dropped: 5 });
    expect(errors).toEqual([]);
  });

  test("without storage, in a sandboxed frame, every tab sends for itself and nothing throws", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const pages = [await context.newPage(), await context.newPage()];
    const errors = pages.flatMap(errorsOf);
    for (const page of pages) {
      await page.goto(shop.url);
      await page.setContent(`<iframe sandbox="allow-scripts" src="${shop.url}"></iframe>`);
      const frame = page.frames()[1]!;
      await frame.waitForFunction(() => "Attune" in window);
      await frame.evaluate((endpoint) => {
        const globals = window as unknown as Globals;
        let storage = "allowed";
        try {
          localStorage.length;
        } catch {
          storage = "denied";
        }
        if (storage !== "denied") throw new Error("the frame was meant to have no storage");
        globals.attune = globals.Attune.createAttune({ endpoint, writeKey: "k", userId: "u-1", batch: { delayMs: 50 } });
        globals.attune.clicked("framed");
      }, gateway.url);
    }

    await vi.waitFor(() => expect(new Set(arrivals()).size).toBe(2), { timeout: 5000, interval: 20 });
    expect(errors).toEqual([]);
  });

  test("a fetch that throws, properties that are no JSON, listeners that throw: the page sees none of it", async () => {
    const page = await context.newPage();
    const errors = errorsOf(page);
    await page.goto(shop.url);

    const seen = await page.evaluate(async () => {
      window.fetch = () => {
        throw new Error("blocked by an extension");
      };
      const globals = window as unknown as Globals;
      const attune = globals.Attune.createAttune({
        endpoint: "http://127.0.0.1:9",
        writeKey: "k",
        signature: () => {
          throw new Error("signed out");
        },
        onDrop: () => {
          throw new Error("the page's own");
        },
      });
      attune.onPrediction(() => {
        throw new Error("the page's own");
      });
      const circular: Record<string, unknown> = {};
      circular.self = circular;
      const ids = [attune.clicked("a"), attune.custom("circular", circular), attune.custom("large", { text: "x".repeat(40_000) })];
      const reply = await attune.respond("greeting");
      const before = attune.stats();
      await attune.stop();
      attune.clicked("after the end");
      return { ids: ids.length, reply, before };
    });

    expect(seen).toEqual({ ids: 3, reply: null, before: { queued: 1, sent: 0, dropped: 2 } });
    expect(errors).toEqual([]);
  });

  test("an answer that never comes does not hold up the chat", async () => {
    gateway = await scriptedGateway([{ status: 200, delayMs: 20_000 }]);
    const page = await openTab(gateway.url, { responses: "http://127.0.0.1:9" });
    await track(page, "slow", 3);

    const took = await page.evaluate(async () => {
      const began = performance.now();
      await (window as unknown as Globals).attune.respond("greeting");
      return performance.now() - began;
    });

    expect(took).toBeLessThan(5000);
  });

  test("a crash of the tab loses nothing", async () => {
    const closed = await scriptedGateway([{ status: 200 }]);
    await closed.close();
    const page = await openTab(closed.url);
    const ids = await track(page, "crashing", 30);
    const crashed = page.waitForEvent("crash");
    const session = await context.newCDPSession(page);
    session.send("Page.crash").catch(() => {});
    await crashed;

    gateway = await scriptedGateway([{ status: 200 }], Number(new URL(closed.url).port));
    await openTab(gateway.url);

    await allArrive(ids);
    expect(arrivals()).toHaveLength(30);
  });

  test("consent goes with every event, is kept over reloads and stops what is automatic", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const page = await openTab(gateway.url, { autoTrack: true });
    const consents = (granted: boolean): Promise<string> =>
      page.evaluate((value) => {
        const attune = (window as unknown as { attune: Globals["attune"] & { consent(granted: boolean): void } }).attune;
        attune.consent(value);
        return attune.clicked("after consent");
      }, granted);
    const ids = [...(await track(page, "unasked", 1)), await consents(false)];
    await page.evaluate(() => history.pushState({}, "", "/orders"));
    await page.reload();
    await start(page, gateway.url);
    ids.push(...(await track(page, "reloaded", 1)), await consents(true));

    await vi.waitFor(() => expect(arrivals()).toEqual(expect.arrayContaining(ids)), { timeout: 5000, interval: 20 });

    const events = gateway.requests.flatMap((request) => request.events);
    const said = ids.map((id) => (events.find((e) => e.eventId === id)!.context as { consent?: boolean }).consent);
    expect(said).toEqual([undefined, false, false, true]);
    // the page that was open while it was refused was counted up to then, the one after it never
    const pages = events.filter((e) => e.type === "page_viewed").map((e) => (e.page_viewed as { page: string }).page);
    expect(pages.filter((path) => path === "/orders")).toEqual([]);
  });

  test("without consent nothing but the answer is kept on the device, and every tab sends its own", async () => {
    gateway = await scriptedGateway([{ status: 200 }]);
    const [one, two] = [await openTab(gateway.url), await openTab(gateway.url)];
    const refuse = (): void => (window as unknown as { attune: { consent(granted: boolean): void } }).attune.consent(false);
    const kept = (page: Page): Promise<string[]> =>
      page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("attune:")));
    const ids = await track(one, "before", 3);
    await one.evaluate(refuse);

    ids.push(...(await track(one, "one", 3)), ...(await track(two, "two", 3)));

    expect([await kept(one), await kept(two)]).toEqual([["attune:k:consent"], ["attune:k:consent"]]);
    await allArrive(ids);
    expect(await kept(one)).toEqual(["attune:k:consent"]);
    expect(await one.evaluate(async () => (await indexedDB.databases()).length + sessionStorage.length + document.cookie.length)).toBe(0);
  });

  test("without consent events that the gateway didn't take go with the page", async () => {
    const closed = await scriptedGateway([{ status: 200 }]);
    const { url } = closed;
    await closed.close();
    const page = await openTab(url);
    await page.evaluate(() => (window as unknown as { attune: { consent(granted: boolean): void } }).attune.consent(false));
    await track(page, "lost", 3);
    await page.reload();
    gateway = await scriptedGateway([{ status: 200 }], Number(new URL(url).port));
    await start(page, url);

    await allArrive(await track(page, "next", 2));
    expect(arrivals()).toHaveLength(2);
  });
});
