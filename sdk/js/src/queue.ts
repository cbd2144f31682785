import type { KeyValueStore } from "./storage";

/** An event as it waits: its id and its JSON text. */
export interface Queued {
  readonly id: string;
  readonly json: string;
}

export interface Queue {
  /** Keeps an event; returns how many of the oldest had to go for it. */
  add(id: string, json: string): number;
  /** The oldest events, at most this many and this many bytes (always at least one). */
  head(count: number, bytes: number): Queued[];
  remove(ids: readonly string[]): void;
  size(): number;
}

/**
 * One storage entry an event, shared by all tabs of the origin. Adding needs no read-modify-write,
 * so tabs cannot overwrite each other; the keys hold UUIDv7 ids, so sorting them gives the order.
 */
export function createQueue(storage: KeyValueStore, name: string, limit: number): Queue {
  const prefix = `attune:${name}:q:`;

  const ids = (): string[] => {
    const found: string[] = [];
    for (let i = 0; i < storage.length; i++) {
      const key = storage.key(i);
      if (key?.startsWith(prefix)) found.push(key.slice(prefix.length));
    }
    return found.sort();
  };

  const remove = (gone: readonly string[]): void => gone.forEach((id) => storage.removeItem(prefix + id));

  return {
    add(id, json) {
      const waiting = ids();
      let dropped = Math.max(0, waiting.length + 1 - limit);
      remove(waiting.slice(0, dropped));
      // the browser's quota may be smaller than our limit
      for (;;) {
        try {
          storage.setItem(prefix + id, json);
          return dropped;
        } catch {
          if (dropped === waiting.length) return dropped + 1;
          remove([waiting[dropped++]!]);
        }
      }
    },
    head(count, bytes) {
      const batch: Queued[] = [];
      let size = 0;
      for (const id of ids()) {
        const json = storage.getItem(prefix + id);
        if (json === null) continue;
        size += utf8Length(json) + 1;
        if (batch.length > 0 && (batch.length === count || size > bytes)) break;
        batch.push({ id, json });
      }
      return batch;
    },
    remove,
    size: () => ids().length,
  };
}

export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
