import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createAttune } from "../src/index";
import type { EventType } from "../src/types";
import { scriptedGateway, type ScriptedAnswer } from "./gateway";

interface Case {
  readonly name: string;
  readonly options?: { readonly batchCount?: number; readonly queueLimit?: number };
  readonly steps: readonly { readonly track?: { type: EventType; detail: { text?: string; repeat?: number } }; readonly identify?: string }[];
  readonly answers: readonly ScriptedAnswer[];
  readonly requests: readonly (readonly number[])[];
  readonly events?: readonly Record<string, unknown>[];
  readonly minPauseMs?: number;
  readonly sent: number;
  readonly dropped: number;
}

const { cases } = JSON.parse(readFileSync(new URL("../../cases.json", import.meta.url), "utf8")) as { cases: Case[] };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** `repeat` stands for a text that would not fit on a page. */
function repeated(detail: { text?: string; repeat?: number }): object {
  const { repeat, ...rest } = detail;
  return repeat === undefined ? rest : { ...rest, text: rest.text!.repeat(repeat) };
}

describe("the cases shared by all SDKs", () => {
  test.each(cases)("$name", async (given) => {
    const gateway = await scriptedGateway(given.answers);
    const attune = createAttune({
      endpoint: gateway.url,
      writeKey: `case-${cases.indexOf(given)}`,
      userId: "u-1",
      batch: { count: given.options?.batchCount ?? 50, delayMs: 60_000 },
      queueLimit: given.options?.queueLimit ?? 1000,
      retry: { firstMs: 10, maxMs: 100 },
    });
    closing.push(gateway.close, attune.stop);

    const ids: string[] = [];
    for (const step of given.steps) {
      if (step.identify) attune.identify(step.identify);
      if (step.track) ids.push(attune.track(step.track.type, repeated(step.track.detail) as never));
    }
    await attune.flush();
    await vi.waitFor(() => expect(attune.stats().queued).toBe(0), { timeout: 5000, interval: 10 });

    const seen = gateway.requests.map((request) => request.events.map((event) => ids.indexOf(event.eventId)));
    expect(seen).toEqual(given.requests);
    expect(attune.stats()).toMatchObject({ sent: given.sent, dropped: given.dropped });
    for (const [index, fields] of (given.events ?? []).entries()) {
      const event = gateway.requests.flatMap((request) => request.events).find((e) => e.eventId === ids[index]);
      expect(event).toMatchObject(fields);
    }
    if (given.minPauseMs) {
      expect(gateway.requests[1]!.at - gateway.requests[0]!.at).toBeGreaterThanOrEqual(given.minPauseMs);
    }
  });
});
