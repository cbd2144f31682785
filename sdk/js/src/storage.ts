/** The part of the Web Storage API that the SDK uses. */
export type KeyValueStore = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export interface OpenStorage {
  readonly items: KeyValueStore;
  /** Whether it outlives the page and the other tabs see it. */
  readonly shared: boolean;
}

/** Local storage where the browser allows it, else memory: events then live as long as the page. */
export function openStorage(): OpenStorage {
  try {
    const probe = "attune:probe";
    try {
      localStorage.setItem(probe, "1");
      localStorage.removeItem(probe);
    } catch (e) {
      // one that is full already still serves: the queue makes room or counts what it drops
      if (!localStorage.length) throw e;
    }
    return { items: localStorage, shared: true };
  } catch {
    return { items: memoryStorage(), shared: false };
  }
}

export function memoryStorage(): KeyValueStore {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}
