import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

const script = readFileSync(new URL("../../dist/attune.min.js", import.meta.url));
const flags =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.ATTUNE_CHROMIUM ?? "/usr/bin/chromium", args: flags.split(" ") });

/** A server on a free port of 127.0.0.1 and its address. */
export async function serve(listener: RequestListener, port = 0): Promise<{ server: Server; url: string; close(): Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

/** A web shop with the script-tag build on its page; `more` answers what is not its own. */
export const openShop = (more?: RequestListener, port = 0) =>
  serve((request, response) => {
    if (request.url === "/attune.min.js") {
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
    } else if (request.url === "/" || !more) {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end('<!doctype html><title>Shop</title><script src="/attune.min.js"></script>');
    } else {
      more(request, response);
    }
  }, port);

/** What a test calls in the page. */
export interface Globals {
  Attune: { createAttune(options: object): Globals["attune"] };
  attune: {
    clicked(element: string): string;
    custom(name: string, properties?: object): string;
    identify(user: string): void;
    respond(slot: string, options?: object): Promise<unknown>;
    onPrediction(listener: (prediction: unknown) => void): () => void;
    flush(): Promise<void>;
    stop(): Promise<void>;
    stats(): { queued: number; sent: number; dropped: number };
  };
  predictions: unknown[];
}

/** A tab of the shop with a running SDK; signatures come from the shop's `/signature`. */
export async function openTab(context: BrowserContext, shop: string, options: Record<string, unknown>): Promise<Page> {
  const page = await context.newPage();
  await page.goto(shop);
  await start(page, options);
  return page;
}

export const start = (page: Page, options: Record<string, unknown>): Promise<void> =>
  page.evaluate(
    (given) => {
      const globals = window as unknown as Globals;
      globals.attune = globals.Attune.createAttune({
        ...given,
        signature: (user: string) => fetch(`/signature?user=${encodeURIComponent(user)}`).then((r) => r.text()),
      });
    },
    { userId: "u-1", batch: { delayMs: 50, count: 10 }, retry: { firstMs: 50, maxMs: 200 }, ...options },
  );

export const track = (page: Page, label: string, count: number): Promise<string[]> =>
  page.evaluate(
    ([name, n]) => {
      const { attune } = window as unknown as Globals;
      return Array.from({ length: n as number }, (_, i) => attune.clicked(`${name}-${i}`));
    },
    [label, count] as const,
  );

export const stats = (page: Page) => page.evaluate(() => (window as unknown as Globals).attune.stats());

/** Collects what `onPrediction` says in `window.predictions`. */
export const follow = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const globals = window as unknown as Globals;
    globals.predictions = [];
    globals.attune.onPrediction((prediction) => globals.predictions.push(prediction));
  });

export const predictions = <T>(page: Page): Promise<T[]> =>
  page.evaluate(() => (window as unknown as Globals).predictions) as Promise<T[]>;
