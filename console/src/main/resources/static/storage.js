/** What this browser keeps for the console. Pages work as well where it may keep nothing, or has no room. */

/** What is done with localStorage or sessionStorage gives; null where that is not allowed. */
export function tryStorage(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
