import { quietly } from "./quietly";

/** The part of the Web Storage API that the SDK uses. */
export type KeyValueStore = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export interface OpenStorage {
  readonly items: KeyValueStore;
  /** Whether it outlives the page and the other tabs see it. */
  readonly shared: boolean;
}

/** Local storage where the page wants it and the browser allows it, else memory: events then live as long as the page. */
export function openStorage(wanted: boolean): OpenStorage {
  let open: OpenStorage = { items: memoryStorage(), shared: false };
  if (!wanted) return open;
  quietly(() => {
    const probe = "attune:probe";
    quietly(() => localStorage.setItem(probe, "1"));
    // one that is full already still serves: the queue makes room or counts what it drops
    if (localStorage.length > 0) open = { items: localStorage, shared: true };
    localStorage.removeItem(probe);
  });
  return open;
}

/** A store that keeps nothing on the device while the user has said no. */
export interface ConsentStorage extends KeyValueStore {
  /** Whether what is here is this page's alone. */
  own(): boolean;
}

/**
 * Local storage while the user hasn't said no; after that the page's memory, and what was stored goes
 * there. Only the answer itself stays on the device: otherwise each page would ask again. A yes, in this tab
 * or another, brings back what is in memory.
 */
export function openConsentStorage(device: KeyValueStore, name: string): ConsentStorage {
  const prefix = `attune:${name}:`;
  const answer = `${prefix}consent`;
  const memory = memoryStorage();
  let denied = false;
  let inMemory = false;

  const move = (from: KeyValueStore, to: KeyValueStore): void => {
    const keys = Array.from({ length: from.length }, (_, i) => from.key(i));
    for (const key of keys) {
      if (key?.startsWith(prefix) && key !== answer) {
        to.setItem(key, from.getItem(key) ?? "");
        from.removeItem(key);
      }
    }
  };
  const place = (): KeyValueStore => {
    const no = denied || device.getItem(answer) === "no";
    if (no !== inMemory) {
      // where the device is full, what is left lives as long as the page
      quietly(() => {
        if (no) move(device, memory);
        else move(memory, device);
        inMemory = no;
      });
    }
    return inMemory ? memory : device;
  };

  return {
    getItem: (key) => (key !== answer ? place() : denied ? memory : device).getItem(key),
    setItem(key, value) {
      if (key !== answer) return place().setItem(key, value);
      denied = value === "no";
      // makes room on a device that is full; where it takes not even the answer, that holds for the page
      place();
      memory.setItem(key, value);
      device.setItem(key, value);
      denied = false;
    },
    removeItem: (key) => place().removeItem(key),
    key: (index) => place().key(index),
    get length() {
      return place().length;
    },
    own: () => place() === memory,
  };
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
