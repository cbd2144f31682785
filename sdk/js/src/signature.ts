/** Refreshed this long before it expires, so that a slow request still carries a valid one. */
const MARGIN_SECONDS = 30;

/** Keeps a user's signature `<expiry, Unix seconds>.<hmac>` and asks for a new one before it expires. */
export function createSignature(
  ask: ((userId: string) => string | Promise<string>) | undefined,
): (userId: string) => Promise<string | undefined> {
  let held: { readonly userId: string; readonly value: string } | undefined;
  return async (userId) => {
    if (!ask) return undefined;
    const fresh = held?.userId === userId && Number(held.value.split(".")[0]) - MARGIN_SECONDS > Date.now() / 1000;
    if (!fresh) held = { userId, value: await ask(userId) };
    return held?.value;
  };
}
