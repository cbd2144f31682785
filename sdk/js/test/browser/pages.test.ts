import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { scriptedGateway } from "../gateway";
import { openBrowser, openShop, openTab } from "./shop";

interface View {
  readonly page: string;
  readonly title: string;
  readonly seconds: number;
}

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
let context: BrowserContext;
let gateway: Awaited<ReturnType<typeof scriptedGateway>>;

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
  gateway = await scriptedGateway([{ status: 200 }]);
});

afterEach(async () => {
  await context.close();
  await gateway.close();
});

const tab = (options: Record<string, unknown> = {}): Promise<Page> =>
  openTab(context, shop.url, { endpoint: gateway.url, writeKey: "k", autoTrack: true, ...options });

/** As a router does: first the address, then the page with its title. */
const go = (page: Page, path: string, title: string): Promise<void> =>
  page.evaluate(
    ([to, name]) => {
      history.pushState({}, "", to);
      document.title = name!;
    },
    [path, title],
  );

const views = (): View[] =>
  gateway.requests.flatMap(({ events }) => events.filter(({ type }) => type === "page_viewed")).map((event) => event.page_viewed as View);
const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 5000, interval: 20 });
const seen = (): (readonly [string, string])[] => views().map(({ page, title }) => [page, title]);

describe("page views in a real browser", () => {
  test("are counted with the time spent when asked to", async () => {
    const page = await tab();
    await page.waitForTimeout(300);

    await go(page, "/orders", "Orders");

    await eventually(() => expect(views()).toHaveLength(1));
    expect(views()[0]).toMatchObject({ page: "/", title: "Shop" });
    expect(views()[0]!.seconds).toBeGreaterThanOrEqual(0.3);
  });

  test("have the title of their own page, which a router sets after the address", async () => {
    const page = await tab();

    await go(page, "/orders", "Orders");
    await go(page, "/cart", "Cart");
    await go(page, "/pay", "Pay");

    await eventually(() => expect(seen()).toEqual([["/", "Shop"], ["/orders", "Orders"], ["/cart", "Cart"]]));
  });

  test("count no time on a page that is hidden, whatever its address becomes", async () => {
    const page = await tab();
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await go(page, "/orders", "Orders");
    await page.waitForTimeout(300);

    await go(page, "/cart", "Cart");

    await eventually(() => expect(views()).toHaveLength(2));
    expect(views()[1]).toMatchObject({ page: "/orders", seconds: 0 });
  });

  test("are sent with the page's last request, the last one as well", async () => {
    const page = await tab({ batch: { delayMs: 60_000, count: 50 } });
    await go(page, "/orders", "Orders");

    await page.goto("about:blank");

    await eventually(() => expect(seen()).toEqual([["/", "Shop"], ["/orders", "Orders"]]));
  });

  test("are sent so where consent came later, too", async () => {
    const page = await tab({ batch: { delayMs: 60_000, count: 50 } });
    await page.evaluate(() => {
      const { attune } = window as unknown as { attune: { consent(granted: boolean): void } };
      attune.consent(false);
      attune.consent(true);
    });
    await go(page, "/orders", "Orders");

    await page.goto("about:blank");

    await eventually(() => expect(seen().at(-1)).toEqual(["/orders", "Orders"]));
  });
});
