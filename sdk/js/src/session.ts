import { uuidv7 } from "./ids";
import { parsed } from "./json";
import { quietly } from "./quietly";
import type { KeyValueStore } from "./storage";

/** A session ends after this long without an event. */
const GAP_MS = 30 * 60 * 1000;

export interface SessionState {
  userId(): string;
  identify(userId: string): void;
  /** The current session's id; a new one after 30 minutes without a call. */
  sessionId(): string;
  consent(): boolean | undefined;
  setConsent(granted: boolean): void;
  /** The position of the user's last accepted event. */
  token(userId: string): string | undefined;
  accepted(tokens: Tokens): void;
}

/** Positions of users' last accepted events. */
export type Tokens = Readonly<Record<string, string>>;

/** One browser has few users; others' positions go when there are more. */
const TOKENS = 20;

/**
 * Who the user is, which session this is, what they agreed to and how far their events have come:
 * kept over reloads, shared by tabs. It lies where the queue lies, so a tab that sees the queue empty
 * also sees the tokens of what was in it; a message from the sending tab could come later.
 */
export function createSession(storage: KeyValueStore, name: string, userId?: string): SessionState {
  const key = (part: string): string => `attune:${name}:${part}`;
  // a full storage must not stop the page; the id then lives as long as the page
  const write = (part: string, value: string): void => quietly(() => storage.setItem(key(part), value));
  const anonymous = (): string => {
    const held = storage.getItem(key("user"));
    if (held) return held;
    const made = `anon-${uuidv7()}`;
    write("user", made);
    return made;
  };
  const read = <T>(part: string): T | undefined => parsed(storage.getItem(key(part)));
  let user = userId ?? anonymous();
  let current: { id: string; at: number } | undefined;
  let tokens: Tokens = {};

  return {
    userId: () => user,
    identify(next) {
      user = next;
      current = { id: uuidv7(), at: Date.now() };
      write("session", JSON.stringify(current));
    },
    sessionId() {
      const now = Date.now();
      const held = read<typeof current>("session");
      const known = typeof held?.id === "string" ? held : current;
      current = { id: known && now - known.at < GAP_MS ? known.id : uuidv7(now), at: now };
      write("session", JSON.stringify(current));
      return current.id;
    },
    consent() {
      const held = storage.getItem(key("consent"));
      return held === null ? undefined : held === "yes";
    },
    setConsent: (granted) => write("consent", granted ? "yes" : "no"),
    token: (userId) => (read<Tokens>("tokens") ?? tokens)[userId],
    accepted(more) {
      const held = read<Tokens>("tokens") ?? tokens;
      tokens = { ...(Object.keys(held).length < TOKENS ? held : {}), ...more };
      write("tokens", JSON.stringify(tokens));
    },
  };
}
