import { createHmac } from "node:crypto";
import { appendFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { follow, openBrowser, openShop, openTab, predictions, start, stats, track, type Globals } from "../browser/shop";
import { faultyProxy, type Fault } from "./proxy";

/**
 * A real browser against the real services. Every scenario has a user of its own; the ids that its
 * tabs tracked go to a file, a line of JSON a scenario, for the one who looks into the topic.
 */
const gatewayUrl = setting("ATTUNE_GATEWAY_URL");
const responsesUrl = setting("ATTUNE_RESPONSES_URL");
const identitySecret = process.env.ATTUNE_IDENTITY_SECRET ?? "local-identity-secret";
const record = setting("ATTUNE_TRACKED_FILE");
const offlineSeconds = Number(process.env.ATTUNE_OFFLINE_SECONDS ?? "60");

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set; BrowserIT of system-tests does`);
  return value;
}

/** The shop's server signs for its user, as docs/http-clients.md tells. */
function sign(user: string, seconds: number): string {
  const expiry = Math.floor(Date.now() / 1000) + seconds;
  return `${expiry}.${createHmac("sha256", identitySecret).update(`${user}.${expiry}`).digest("hex")}`;
}

const signed = new Map<string, number>();

beforeAll(async () => {
  const port = Number(process.env.ATTUNE_SHOP_PORT ?? "0");
  shop = await openShop((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://shop");
    if (pathname !== "/signature") return void response.writeHead(404).end();
    const user = searchParams.get("user")!;
    signed.set(user, (signed.get(user) ?? 0) + 1);
    response.end(sign(user, user === "refreshed" ? 31 : 3600));
  }, port);
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  await shop.close();
});

const eventually = (check: () => unknown, timeout = 60_000): Promise<unknown> => vi.waitFor(check, { timeout, interval: 50 });

interface Scenario {
  readonly user: string;
  readonly context: BrowserContext;
  readonly proxy: Awaited<ReturnType<typeof faultyProxy>>;
  tab(options?: Record<string, unknown>): Promise<Page>;
  options(more?: Record<string, unknown>): Record<string, unknown>;
}

/** Runs a scenario behind a proxy with these faults and records what it tracked. */
async function play(user: string, faults: readonly Fault[], steps: (scenario: Scenario) => Promise<string[]>): Promise<void> {
  const proxy = await faultyProxy(gatewayUrl, faults);
  const context = await browser.newContext();
  const options = (more: Record<string, unknown> = {}) => ({
    endpoint: proxy.url,
    writeKey: "local-write",
    userId: user,
    retry: { firstMs: 100, maxMs: 1000 },
    ...more,
  });
  const tab = (more: Record<string, unknown> = {}): Promise<Page> => openTab(context, shop.url, options(more));
  try {
    const ids = await steps({ user, context, proxy, tab, options });
    // a batch whose answer nobody heard, for the page was gone, is sent again with its ids
    const mayRepeat = faults.includes("answer lost") || /closed|reloaded/.test(user);
    appendFileSync(record, JSON.stringify({ user, ids, mayRepeat }) + "\n");
  } finally {
    await context.close();
    await proxy.close();
  }
}

/** Until this tab has nothing left to send. */
const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => (window as unknown as Globals).attune.stats().queued === 0, undefined, { timeout: 60_000 });

describe("from a tab to the topic", () => {
  test("offline for a minute", () =>
    play("offline", [], async ({ context, tab }) => {
      const page = await tab();
      const ids = await track(page, "before", 5);
      await settled(page);
      await context.setOffline(true);
      const until = Date.now() + offlineSeconds * 1000;
      for (let i = 0; Date.now() < until; i++) {
        ids.push(...(await track(page, `offline-${i}`, 3)));
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.min(5000, until - Date.now()))));
      }
      expect((await stats(page)).queued).toBe(ids.length - 5);
      await context.setOffline(false);
      await settled(page);
      return ids;
    }));

  test("reload while nothing gets through", () =>
    play("reloaded", ["request lost", { status: 503 }, "request lost"], async ({ tab, options }) => {
      const page = await tab();
      const ids = await track(page, "before", 25);
      await page.reload();
      await start(page, options());
      ids.push(...(await track(page, "after", 5)));
      await settled(page);
      return ids;
    }));

  test("the tab closed in the middle of a batch", () =>
    play("closed", [{ delayMs: 3000 }], async ({ tab, proxy }) => {
      const page = await tab();
      const ids = await track(page, "closing", 30);
      await eventually(() => expect(proxy.posts).toHaveLength(1));
      await page.close({ runBeforeUnload: false });
      const next = await tab();
      await settled(next);
      return ids;
    }));

  test("two tabs at once, the sending one closes", () =>
    play("tabs-closed", [], async ({ tab }) => {
      const [one, two] = [await tab(), await tab()];
      const ids = (await Promise.all([track(one, "one", 40), track(two, "two", 40)])).flat();
      await one.close();
      ids.push(...(await track(two, "alone", 10)));
      await settled(two);
      return ids;
    }));

  test("two tabs send nothing twice", () =>
    play("tabs", [], async ({ tab, proxy }) => {
      const [one, two] = [await tab({ batch: { delayMs: 50, count: 7 } }), await tab({ batch: { delayMs: 50, count: 7 } })];
      const ids = (await Promise.all([track(one, "one", 50), track(two, "two", 50)])).flat();
      await settled(two);
      expect(proxy.posts.reduce((sum, post) => sum + JSON.parse(post.body).events.length, 0)).toBe(100);
      return ids;
    }));

  test("429, 503 and 413 on the way", () =>
    play("stormy", [{ status: 429, retryAfter: "1" }, { status: 503 }, { status: 503, retryAfter: "1" }, { status: 413 }], async ({ tab }) => {
      const page = await tab();
      const ids = await track(page, "stormy", 20);
      await settled(page);
      expect(await stats(page)).toEqual({ queued: 0, sent: 20, dropped: 0 });
      return ids;
    }));

  test("207 from the gateway itself: the bad events go, the good ones stay", () =>
    play("partial", [], async ({ tab }) => {
      const page = await tab();
      const ids = await track(page, "good", 6);
      await page.evaluate(() => {
        const { attune } = window as unknown as { attune: { track(type: string, detail: object): string } };
        attune.track("clicked", {});
        attune.track("teleported", {});
      });
      ids.push(...(await track(page, "more", 6)));
      await settled(page);
      expect(await stats(page)).toEqual({ queued: 0, sent: 12, dropped: 2 });
      return ids;
    }));

  test("answers lost after the gateway has taken the batch", () =>
    play("answers-lost", ["answer lost", "answer lost"], async ({ tab, proxy }) => {
      const page = await tab();
      const ids = await track(page, "lost", 15);
      await settled(page);
      expect(proxy.posts.filter((post) => post.fault === "answer lost")).toHaveLength(2);
      return ids;
    }));

  // a browser may give up what a page sends while it goes away: then the next page brings it
  test("the page closed at once", () =>
    play("closed-at-once", [], async ({ tab }) => {
      const page = await tab();
      const ids = await track(page, "leaving", 12);
      await page.goto("about:blank");
      await settled(await tab());
      return ids;
    }));

  test("any text comes through whole", () =>
    play("texts-ü-用户", [], async ({ tab }) => {
      const page = await tab();
      const id = await page.evaluate(() => {
        const { attune } = window as unknown as { attune: { messageSent(text: string): string } };
        return attune.messageSent('¿Dónde está "mi" pedido? \u2028 荷物 😀');
      });
      await settled(page);
      return [id];
    }));
});

describe("origins", () => {
  const bound = process.env.ATTUNE_BOUND_GATEWAY_URL;

  test.runIf(bound)("a key bound to the shop's origin serves its pages and no others", async () => {
    const context = await browser.newContext();
    const options = { endpoint: bound, writeKey: "shop-write", userId: "bound", retry: { firstMs: 100, maxMs: 500 } };
    const page = await openTab(context, shop.url, options);
    const ids = await track(page, "allowed", 5);
    await settled(page);
    const elsewhere = shop.url.replace("127.0.0.1", "localhost");
    const stranger = await openTab(context, elsewhere, { ...options, userId: "stranger" });
    const errors: Error[] = [];
    stranger.on("pageerror", (error) => errors.push(error));
    const refused = stranger.waitForEvent("requestfailed");

    await track(stranger, "refused", 5);
    await refused;

    // refused by the browser, since the gateway does not name this origin: kept, not dropped
    expect(await stats(stranger)).toEqual({ queued: 5, sent: 0, dropped: 0 });
    expect(errors).toEqual([]);
    await context.close();
    appendFileSync(record, JSON.stringify({ user: "bound", ids, mayRepeat: false }) + "\n");
    appendFileSync(record, JSON.stringify({ user: "stranger", ids: [], mayRepeat: false }) + "\n");
  });
});

describe("predictions and replies", () => {
  test("tabs share the real stream, hand it over, resume it", async () => {
    const user = "followed";
    const responses = await faultyProxy(responsesUrl);
    await play(user, [], async ({ tab }) => {
      const [one, two] = [await tab({ responses: responses.url }), await tab({ responses: responses.url })];
      await follow(one);
      await eventually(() => expect(responses.open()).toBe(1));
      await follow(two);
      const seen = async (page: Page): Promise<number> => (await predictions(page)).length;
      const ids = await track(two, "first", 1);
      await eventually(async () => expect(Math.min(await seen(one), await seen(two))).toBeGreaterThan(0));
      expect(responses.connections()).toBe(1);

      await one.close();
      await eventually(() => expect(responses.connections()).toBe(2));
      let before = await seen(two);
      ids.push(...(await track(two, "second", 1)));
      await eventually(async () => expect(await seen(two)).toBeGreaterThan(before));

      responses.cut();
      await eventually(() => expect(responses.connections()).toBe(3));
      before = await seen(two);
      ids.push(...(await track(two, "third", 1)));
      await eventually(async () => expect(await seen(two)).toBeGreaterThan(before));
      const tokens = (await predictions<{ prediction: { eventToken: string } }>(two)).map((p) => p.prediction.eventToken);
      expect(new Set(tokens).size).toBe(tokens.length);
      return ids;
    });
    await responses.close();
  });

  test("a signature is refreshed before it expires and a reply knows the last message", async () => {
    const user = "refreshed";
    await play(user, [], async ({ tab }) => {
      const page = await tab({ responses: responsesUrl });
      const ask = (): Promise<Record<string, unknown> | null> =>
        page.evaluate(() => (window as unknown as Globals).attune.respond("greeting", { waitMs: 1000 })) as never;
      const ids = await track(page, "asked", 3);
      const first = await ask();
      const until = Date.now() + 2000;
      await eventually(() => expect(Date.now()).toBeGreaterThan(until));
      const second = await ask();

      expect(first).toMatchObject({ decisionId: expect.any(String), text: expect.any(String) });
      expect(second).not.toBeNull();
      expect(signed.get(user)).toBe(2);
      // a second is enough on a machine that isn't starved
      await eventually(async () => expect(await ask()).toMatchObject({ freshness: { caughtUp: true } }));
      return ids;
    });
  });

  test("a trace goes with events and the reply, though both are of other origins than the page", async () => {
    const responses = await faultyProxy(responsesUrl);
    await play("traced", [], async ({ tab, proxy }) => {
      const page = await tab({ responses: responses.url, trace: 1 });
      const ids = await track(page, "traced", 1);
      const reply = await page.evaluate(() => (window as unknown as Globals).attune.respond("greeting"));

      expect(reply).toMatchObject({ text: expect.any(String) });
      const traces = [...proxy.posts, ...responses.posts].map(({ trace }) => /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(String(trace))?.[1]);
      expect(traces.length).toBeGreaterThanOrEqual(2);
      expect(new Set(traces)).toEqual(new Set([expect.any(String)]));
      return ids;
    });
    await responses.close();
  });

  test("nobody reads another's predictions", async () => {
    const context = await browser.newContext();
    const page = await openTab(context, shop.url, { endpoint: gatewayUrl, responses: responsesUrl, writeKey: "local-write" });

    const reply = await page.evaluate(async (url) => {
      const stolen = await (await fetch("/signature?user=somebody-else")).text();
      const { Attune } = window as unknown as Globals;
      const attune = Attune.createAttune({
        endpoint: url.gateway,
        responses: url.responses,
        writeKey: "local-write",
        userId: "followed",
        signature: () => stolen,
      });
      return attune.respond("greeting");
    }, { gateway: gatewayUrl, responses: responsesUrl });

    expect(reply).toBeNull();
    await context.close();
  });
});
