import { describe, expect, test, vi } from "vitest";
import { uuidv7 } from "../src/ids";
import type { Message, News } from "../src/news";
import { createOutbox } from "../src/outbox";
import { createQueue, type Queue } from "../src/queue";
import { createRequests } from "../src/requests";
import { backoff, createSender, retryAfterMs } from "../src/sender";
import { createSession } from "../src/session";
import { createSignature } from "../src/signature";
import { memoryStorage, openConsentStorage, type KeyValueStore } from "../src/storage";
import { createTraces } from "../src/traces";
import { SDK } from "../src/version";
import manifest from "../package.json" with { type: "json" };
import { scriptedGateway } from "./gateway";

test("the SDK names its own version", () => {
  expect(SDK).toBe(`js/${manifest.version}`);
});

describe("uuidv7", () => {
  test("carries version, variant and time, and sorts in the order of making", () => {
    const made = Array.from({ length: 5000 }, () => uuidv7(1_700_000_000_000));

    expect(made[0]).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(5000);
  });
});

describe("traces", () => {
  const sampled = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

  test("let a reply continue the trace of the batch before it, once", () => {
    const traces = createTraces(1);
    const batch = traces.batch().traceparent!;
    const reply = traces.reply().traceparent!;
    const next = traces.reply().traceparent!;

    expect(batch).toMatch(sampled);
    expect(reply).toMatch(sampled);
    expect(reply.slice(0, 36)).toBe(batch.slice(0, 36));
    expect(reply).not.toBe(batch);
    expect(next).toMatch(sampled);
    expect(next.slice(0, 36)).not.toBe(batch.slice(0, 36));
  });

  test("say what is not recorded, or nothing where they aren't asked for", () => {
    expect(createTraces(0).batch().traceparent).toMatch(/-00$/);
    expect(createTraces(undefined).batch()).toEqual({});
    expect(createTraces(undefined).reply()).toEqual({});
  });

  test("are the page's own where it has some, and nobody's where it fails", () => {
    const own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const traces = createTraces(() => own);
    const broken = createTraces(() => {
      throw new Error("the page's");
    });

    expect([traces.batch(), traces.reply()]).toEqual([{ traceparent: own }, { traceparent: own }]);
    expect(broken.batch()).toEqual({});
  });
});

describe("queue", () => {
  test("is there again for the next page, oldest first", () => {
    const storage = memoryStorage();
    createQueue(storage, "k", 10).add("a", "1");
    createQueue(storage, "k", 10).add("b", "2");

    expect(createQueue(storage, "k", 10).head(10, 1000)).toEqual([{ id: "a", json: "1" }, { id: "b", json: "2" }]);
  });

  test("cuts a batch by bytes of UTF-8 but always gives one event", () => {
    const queue = createQueue(memoryStorage(), "k", 10);
    queue.add("a", '"éé"');
    queue.add("b", '"éé"');

    expect(queue.head(10, 10)).toHaveLength(1);
    expect(queue.head(10, 1)).toHaveLength(1);
    expect(queue.head(10, 14)).toHaveLength(2);
  });

  test("takes no more of the origin's storage than its bytes, the oldest going first", () => {
    const queue = createQueue(memoryStorage(), "k", 10, 40);

    const dropped = ["12345678", "1234", "12345678", "123456789012345678901"].map((json, i) => queue.add(`id-${i}`, json));

    // two bytes a character: 16, 24, 40, then one alone over the bound
    expect(dropped).toEqual([0, 0, 0, 3]);
    expect(queue.head(10, 1000).map((e) => e.id)).toEqual(["id-3"]);
  });

  test("drops the oldest when the browser's quota is smaller than the limit", () => {
    const memory = memoryStorage();
    const small: KeyValueStore = {
      ...memory,
      key: memory.key,
      get length() {
        return memory.length;
      },
      setItem(key, value) {
        if (memory.length >= 2) throw new DOMException("full", "QuotaExceededError");
        memory.setItem(key, value);
      },
    };
    const queue = createQueue(small, "k", 10);

    const dropped = ["a", "b", "c"].map((id) => queue.add(id, id));

    expect(dropped).toEqual([0, 0, 1]);
    expect(queue.head(10, 100).map((e) => e.id)).toEqual(["b", "c"]);
  });
});

describe("consent", () => {
  const open = (device: KeyValueStore) => {
    const items = openConsentStorage(device, "k");
    return { items, session: createSession(items, "k"), queue: createQueue(items, "k", 10) };
  };
  const kept = (device: KeyValueStore): string[] =>
    Array.from({ length: device.length }, (_, i) => device.key(i)!).sort();

  test("refused leaves nothing on the device but the answer, and loses nothing of the page's", () => {
    const device = memoryStorage();
    device.setItem("others", "theirs");
    const { session, queue, items } = open(device);
    queue.add("a", "1");
    session.accepted({ u: "0-1" });
    const id = session.sessionId();
    const user = session.userId();

    session.setConsent(false);
    queue.add("b", "2");
    session.accepted({ u: "0-2" });

    expect(kept(device)).toEqual(["attune:k:consent", "others"]);
    expect(items.own()).toBe(true);
    expect(queue.head(10, 100).map((e) => e.id)).toEqual(["a", "b"]);
    expect([session.sessionId(), session.userId(), session.token("u")]).toEqual([id, user, "0-2"]);
  });

  test("refused on an earlier page keeps nothing of the next, whose anonymous user is another", () => {
    const device = memoryStorage();
    const before = open(device).session;
    before.setConsent(false);

    const { session, queue } = open(device);
    session.sessionId();
    queue.add("a", "1");

    expect(session.consent()).toBe(false);
    expect(session.userId()).not.toBe(before.userId());
    expect(kept(device)).toEqual(["attune:k:consent"]);
  });

  test("given later keeps on the device what the page still has", () => {
    const device = memoryStorage();
    const { session, queue, items } = open(device);
    session.setConsent(false);
    queue.add("a", "1");

    session.setConsent(true);

    expect(items.own()).toBe(false);
    expect(open(device).queue.head(10, 100)).toEqual([{ id: "a", json: "1" }]);
  });

  test("refused in another tab holds in this one from its next step on", () => {
    const device = memoryStorage();
    const [here, there] = [open(device), open(device)];
    here.queue.add("a", "1");

    there.session.setConsent(false);
    here.queue.add("b", "2");

    expect(kept(device)).toEqual(["attune:k:consent"]);
    expect([there, here].map((tab) => tab.queue.head(10, 100).map((e) => e.id))).toEqual([["a"], ["b"]]);
  });

  test("refused holds for the page where the device is full", () => {
    const device = memoryStorage();
    const { session, queue, items } = open({
      ...device,
      key: device.key,
      get length() {
        return device.length;
      },
      setItem(key, value) {
        if (key.endsWith("consent")) throw new DOMException("full", "QuotaExceededError");
        device.setItem(key, value);
      },
    });
    session.setConsent(false);
    queue.add("a", "1");

    expect(session.consent()).toBe(false);
    expect(items.own()).toBe(true);
    expect(kept(device)).toEqual([]);
  });
});

describe("sender", () => {
  test("whoever sees the queue empty sees counts and tokens", async () => {
    const gateway = await scriptedGateway([{ status: 200, rejected: [1] }]);
    const held = createQueue(memoryStorage(), "k", 10);
    const told: string[] = [];
    const queue: Queue = {
      ...held,
      remove(ids) {
        held.remove(ids);
        told.push(`${held.size()} wait, ${sender.sent()} sent`);
      },
    };
    const sender = createSender(queue, {
      url: gateway.url,
      requests: createRequests({}),
      writeKey: "k",
      count: 10,
      bytes: 1000,
      timeoutMs: 5000,
      firstMs: 1,
      maxMs: 1,
      traces: createTraces(undefined),
      onDrop: (reason, count) => told.push(`${count} ${reason}`),
      onTokens: (tokens) => told.push(`token ${tokens["u-1"]}`),
    });
    for (const id of ["a", "b"]) queue.add(id, JSON.stringify({ eventId: id, userId: "u-1" }));

    await sender.drain();
    await gateway.close();

    expect(told).toEqual(["token 0-1", "1 refused", "0 wait, 1 sent"]);
  });

  test("a page that goes away leaves to the next one what only somebody else answered", async () => {
    const gateway = await scriptedGateway([{ status: 302, body: "", location: "/login" }, { status: 200, body: "<!doctype html>" }]);
    const queue = createQueue(memoryStorage(), "k", 10);
    const told: unknown[] = [];
    const sender = createSender(queue, {
      url: `${gateway.url}/v1/events`,
      requests: createRequests({ onError: (failure) => told.push(failure) }),
      writeKey: "k",
      count: 1,
      bytes: 1000,
      timeoutMs: 5000,
      firstMs: 1,
      maxMs: 1,
      traces: createTraces(undefined),
      onDrop: () => {},
      onTokens: () => {},
    });
    for (const id of ["a", "b"]) queue.add(id, JSON.stringify({ eventId: id, userId: "u-1" }));

    sender.farewell();
    await vi.waitFor(() => expect(told.length + sender.sent()).toBe(2));
    await gateway.close();

    expect(queue.head(10, 1000).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(sender.sent()).toBe(0);
  });
});

describe("outbox", () => {
  const DELAY_MS = 20;
  let hear: (message: Message) => void;
  let visible: string[];
  let sent: string[];
  /** Ends the next try; undefined: tries end at once. */
  let held: Promise<void> | undefined;
  /** What each try asks for. */
  let pause = { ms: 0, asked: false };

  /** Of a tab that leads, whose storage shows what another tab has queued when a test says so. */
  function leading() {
    visible = [];
    sent = [];
    held = undefined;
    pause = { ms: 0, asked: false };
    const news: News = { shared: true, tell: () => {}, listen: (listener) => ((hear = listener), () => {}), close: () => {} };
    const queue = { add: () => 0, head: () => [], remove: () => {}, size: () => visible.length };
    const drain = async () => {
      sent.push(...visible.splice(0));
      await held;
      return pause;
    };
    const sender = { drain, farewell: () => {}, sent: () => sent.length };
    return createOutbox({ name: "k", queue, sender, news, shared: false, own: () => false, onHide: () => {}, count: 10, delayMs: DELAY_MS, timeoutMs: 1000 });
  }

  test("looks again for what it heard of while it was sending, before the storage showed it", async () => {
    const outbox = leading();
    let end = (): void => {};
    held = new Promise((resolve) => (end = resolve));
    const sending = outbox.flush();
    hear({ queued: true });
    end();
    await sending;

    visible = ["late"];

    await vi.waitFor(() => expect(sent).toEqual(["late"]), { timeout: 1000, interval: 5 });
  });

  test("looks again for what it was to flush before the storage showed it", async () => {
    const outbox = leading();
    hear({ queued: true });
    hear({ flush: true });
    await outbox.flush();

    visible = ["late"];

    await vi.waitFor(() => expect(sent).toEqual(["late"]), { timeout: 1000, interval: 5 });
  });

  test("rests through a pause that is longer than a browser's longest timer", async () => {
    const outbox = leading();
    pause = { ms: 2 ** 32, asked: true };
    visible = ["a"];
    await outbox.flush();
    visible = ["b"];
    const timers = vi.spyOn(globalThis, "setTimeout");
    outbox.queued();

    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(sent).toEqual(["a"]);
    expect(timers.mock.calls.length).toBeLessThan(5);
    timers.mockRestore();
  });
});

describe("a key that must prove its user", () => {
  const sender = (url: string, queue: Queue, sign?: (userId: string) => Promise<string>, onRefused?: () => void) =>
    createSender(queue, {
      url,
      requests: createRequests({}),
      writeKey: "k",
      count: 10,
      bytes: 1000,
      timeoutMs: 5000,
      firstMs: 1,
      maxMs: 1,
      traces: createTraces(undefined),
      onDrop: () => {},
      onTokens: () => {},
      sign,
      onRefused,
    });
  const queueOf = (...events: readonly [string, string][]): Queue => {
    const queue = createQueue(memoryStorage(), "k", 10);
    for (const [id, userId] of events) queue.add(id, JSON.stringify({ eventId: id, userId }));
    return queue;
  };
  const seen = (gateway: Awaited<ReturnType<typeof scriptedGateway>>) =>
    gateway.requests.map((r) => [r.signature, r.events.map((e) => e.eventId).join()]);

  test("is sent the signature of each user's events once the gateway asks for it", async () => {
    const gateway = await scriptedGateway([{ status: 403 }, { status: 200 }]);
    const queue = queueOf(["a", "anon"], ["b", "ada"], ["c", "anon"]);

    const pause = await sender(gateway.url, queue, async (userId) => `sig-${userId}`).drain();
    await gateway.close();

    expect(pause.ms).toBe(0);
    expect(queue.size()).toBe(0);
    expect(seen(gateway)).toEqual([
      [undefined, "a,b,c"],
      ["sig-anon", "a,c"],
      ["sig-ada", "b"],
    ]);
  });

  test("gets the signature from a page that goes away, too", async () => {
    const gateway = await scriptedGateway([{ status: 403 }, { status: 200 }]);
    const queue = queueOf(["a", "ada"]);
    const ours = sender(gateway.url, queue, async (userId) => `sig-${userId}`);
    await ours.drain();
    for (const [id, userId] of [["b", "ada"], ["c", "eve"]] as const) queue.add(id, JSON.stringify({ eventId: id, userId }));

    ours.farewell();
    await vi.waitFor(() => expect(queue.size()).toBe(0));
    await gateway.close();

    const last = gateway.requests.slice(2).map((r) => [r.url, r.signature, r.events.map((e) => e.eventId).join()]);
    expect(last.sort()).toEqual([
      ["/", "sig-ada", "b"],
      ["/", "sig-eve", "c"],
    ]);
  });

  test("forgets a signature that was refused and keeps the events", async () => {
    const gateway = await scriptedGateway([{ status: 403 }]);
    const queue = queueOf(["a", "ada"]);
    let forgotten = 0;

    const pause = await sender(gateway.url, queue, async () => "old", () => forgotten++).drain();
    await gateway.close();

    expect(pause.ms).toBeGreaterThan(0);
    expect(seen(gateway)).toEqual([
      [undefined, "a"],
      ["old", "a"],
    ]);
    expect(forgotten).toBe(1);
    expect(queue.size()).toBe(1);
  });

  test("keeps the events when the page's server gives no signature", async () => {
    const gateway = await scriptedGateway([{ status: 403 }]);
    const queue = queueOf(["a", "ada"]);

    await sender(gateway.url, queue, () => Promise.reject(new Error("away"))).drain();
    await gateway.close();

    expect(seen(gateway)).toHaveLength(2);
    expect(queue.size()).toBe(1);
  });

  test("is left alone where the page has no signature: 403 is tried again later", async () => {
    const gateway = await scriptedGateway([{ status: 403 }]);
    const queue = queueOf(["a", "ada"]);

    const pause = await sender(gateway.url, queue).drain();
    await gateway.close();

    expect(pause.ms).toBeGreaterThan(0);
    expect(gateway.requests).toHaveLength(1);
  });
});

describe("retry", () => {
  test("backs off exponentially, jittered, never above the longest pause", () => {
    for (let failures = 0; failures < 20; failures++) {
      const full = Math.min(30_000, 500 * 2 ** failures);
      const pause = backoff(failures, 500, 30_000);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
      expect(pause).toBeLessThanOrEqual(full);
    }
  });

  test("reads Retry-After as seconds and as a date", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(retryAfterMs("7", now)).toBe(7000);
    expect(retryAfterMs("Thu, 01 Jan 2026 00:00:09 GMT", now)).toBe(9000);
    expect([null, "", "soon", "-3"].map((header) => retryAfterMs(header, now))).toEqual([0, 0, 0, 0]);
  });
});

describe("session", () => {
  test("keeps an anonymous user and the session over reloads", () => {
    const storage = memoryStorage();
    const first = createSession(storage, "k");
    const second = createSession(storage, "k");

    expect(first.userId()).toMatch(/^anon-/);
    expect(second.userId()).toBe(first.userId());
    expect(second.sessionId()).toBe(first.sessionId());
  });

  test("survives what others write into its entries", () => {
    const storage = memoryStorage();
    for (const junk of ["{", "null", "7", '"text"', "{}"]) {
      storage.setItem("attune:k:session", junk);
      expect(createSession(storage, "k", "u-1").sessionId()).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("starts anew after the gap and for another user", () => {
    const storage = memoryStorage();
    storage.setItem("attune:k:session", JSON.stringify({ id: "old", at: Date.now() - 31 * 60_000 }));
    const session = createSession(storage, "k", "u-1");
    const before = session.sessionId();
    session.identify("u-2");

    expect(before).not.toBe("old");
    expect(session.sessionId()).not.toBe(before);
  });
});

describe("signature", () => {
  test("asks again only before it expires or for another user", async () => {
    let asked = 0;
    let lifetime = 3600;
    const signature = createSignature((user) => (asked++, `${Math.floor(Date.now() / 1000) + lifetime}.${user}`));

    await signature.of("u-1");
    await signature.of("u-1");
    expect(asked).toBe(1);
    await signature.of("u-2");
    expect(asked).toBe(2);
    lifetime = 10;
    await signature.of("u-3");
    await signature.of("u-3");
    expect(asked).toBe(4);
    lifetime = 3600;
    await signature.of("u-4");
    signature.forget();
    await signature.of("u-4");
    expect(asked).toBe(6);
  });
});
