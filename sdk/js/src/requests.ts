import { parsed } from "./json";
import { quietly } from "./quietly";
import type { AttuneOptions, Failure } from "./types";

/** How requests leave the page, with its own headers and credentials, and how it hears of failures. */
export interface Requests {
  /** Whether the page adds headers, which neither a beacon nor a request without a preflight carries. */
  readonly headed: boolean;
  /** As `fetch`. Rejects when `signal` aborts, also while the page still makes its headers. */
  send(url: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response>;
  failed(failure: Failure): void;
}

export function createRequests(options: Pick<AttuneOptions, "headers" | "credentials" | "onError">): Requests {
  const { headers, credentials = "omit" } = options;
  return {
    headed: headers !== undefined,
    async send(url, init) {
      const own = await Promise.race([typeof headers === "function" ? headers() : headers, aborted(init.signal)]);
      const all = new Headers(init.headers);
      for (const [name, value] of Object.entries(own ?? {})) all.set(name, value);
      return fetch(url, { ...init, headers: all, credentials });
    },
    failed: (failure) => quietly(() => options.onError?.(failure)),
  };
}

/** A JSON object, field by field unproven: anybody between the page and Attune may have sent it. */
export type Answer = { readonly [field: string]: unknown };

/** What an answer says; nothing where it is no JSON, such as a page. Rejects where it breaks off. */
export async function answerOf(response: Response): Promise<Answer> {
  return parsed(await response.text()) ?? {};
}

export type Reason = Pick<Failure, "status" | "code" | "detail" | "field">;

/** Why an answer is no good, in the service's words; what names no code is not of Attune. */
export function reasonOf(status: number, { code, detail, field }: Answer): Reason {
  const own = typeof code === "string" ? code : undefined;
  const why = typeof detail === "string" ? detail : undefined;
  const blamed = typeof field === "string" ? field : undefined;
  return { status, field: blamed, code: own ?? "unexpected_answer", detail: own ? why : (why ?? "This is no answer of Attune.") };
}

/** Why an answer is no good, or what was thrown in place of an answer. */
export async function causeOf(why: unknown): Promise<Reason> {
  if (!(why instanceof Response)) return { detail: why instanceof Error ? why.message : String(why) };
  return reasonOf(why.status, await answerOf(why).catch(() => ({})));
}

/** Browsers take a longer time for none at all. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Rejects when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Aborts after a time, unless it is cleared before. */
export function deadline(ms: number): { readonly signal: AbortSignal; clear(): void } {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error(`no answer in ${ms} ms`)), ms);
  return { signal: abort.signal, clear: () => clearTimeout(timer) };
}
