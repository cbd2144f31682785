import { uuidv7 } from "./ids";
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
}

/** Who the user is, which session this is and what they agreed to: kept over reloads, shared by tabs. */
export function createSession(storage: KeyValueStore, name: string, userId?: string): SessionState {
  const key = (part: string): string => `attune:${name}:${part}`;
  const write = (part: string, value: string): void => {
    try {
      storage.setItem(key(part), value);
    } catch {
      // a full storage must not stop the page; the id then lives as long as the page
    }
  };
  const anonymous = (): string => {
    const held = storage.getItem(key("user"));
    if (held) return held;
    const made = `anon-${uuidv7()}`;
    write("user", made);
    return made;
  };
  const read = (): { id: string; at: number } | undefined => {
    try {
      const held = JSON.parse(storage.getItem(key("session")) ?? "null");
      return typeof held?.id === "string" ? held : undefined;
    } catch {
      // somebody else wrote there
      return undefined;
    }
  };
  let user = userId ?? anonymous();
  let current: { id: string; at: number } | undefined;

  return {
    userId: () => user,
    identify(next) {
      user = next;
      current = { id: uuidv7(), at: Date.now() };
      write("session", JSON.stringify(current));
    },
    sessionId() {
      const now = Date.now();
      const known = read() ?? current;
      current = { id: known && now - known.at < GAP_MS ? known.id : uuidv7(now), at: now };
      write("session", JSON.stringify(current));
      return current.id;
    },
    consent() {
      const held = storage.getItem(key("consent"));
      return held === null ? undefined : held === "yes";
    },
    setConsent: (granted) => write("consent", granted ? "yes" : "no"),
  };
}
