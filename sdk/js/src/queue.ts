import type { KeyValueStore } from "./storage";

/** An event as it waits: its id and its JSON text. */
export interface Queued {
  readonly id: string;
  readonly json: string;
}

export interface Queue {
  /** Keeps an event; returns how many of the oldest had to go for it. */
  add(id: string, json: string): number;
  /** The oldest events but those to skip, at most this many and this many bytes (always at least one). */
  head(count: number, bytes: number, skip?: ReadonlySet<string>): Queued[];
  remove(ids: readonly string[]): void;
  size(): number;
}

/** Browsers keep strings as UTF-16. */
const BYTES_PER_UNIT = 2;

/**
 * One storage entry an event, shared by all tabs of the origin. Adding needs no read-modify-write,
 * so tabs cannot overwrite each other; the keys hold UUIDv7 ids, so sorting them gives the order.
 * At most `limit` events and `maxBytes` of the origin's storage, or less where its quota says so.
 */
export function createQueue(storage: KeyValueStore, name: string, limit: number, maxBytes = Infinity): Queue {
  const prefix = `attune:${name}:q:`;
  const sizes = new Map<string, number>();

  const ids = (): string[] => {
    const found: string[] = [];
    for (let i = 0; i < storage.length; i++) {
      const key = storage.key(i);
      if (key?.startsWith(prefix)) found.push(key.slice(prefix.length));
    }
    return found.sort();
  };

  const sizeOf = (id: string): number => {
    let size = sizes.get(id);
    if (size === undefined) {
      size = (storage.getItem(prefix + id)?.length ?? 0) * BYTES_PER_UNIT;
      sizes.set(id, size);
    }
    return size;
  };

  const remove = (gone: readonly string[]): void =>
    gone.forEach((id) => {
      storage.removeItem(prefix + id);
      sizes.delete(id);
    });

  /** How many of the oldest are in the way of one more event. */
  const surplus = (waiting: readonly string[], size: number): number => {
    let total = size;
    for (const id of waiting) total += sizeOf(id);
    let over = Math.max(0, waiting.length + 1 - limit);
    for (let i = 0; i < over; i++) total -= sizeOf(waiting[i]!);
    while (total > maxBytes && over < waiting.length) total -= sizeOf(waiting[over++]!);
    return over;
  };

  return {
    add(id, json) {
      const waiting = ids();
      // other tabs remove events too
      if (sizes.size > 2 * waiting.length) sizes.clear();
      let dropped = surplus(waiting, json.length * BYTES_PER_UNIT);
      remove(waiting.slice(0, dropped));
      // the browser's quota may be smaller than our limits
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
    head(count, bytes, skip) {
      const batch: Queued[] = [];
      let size = 0;
      for (const id of ids()) {
        const json = skip?.has(id) ? null : storage.getItem(prefix + id);
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
