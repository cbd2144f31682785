export const SIGNATURE_HEADER = "Attune-User-Signature";

/** Refreshed this long before it expires, so that a slow request still carries a valid one. */
const MARGIN_SECONDS = 30;

export interface Signature {
  /** The user's signature `<expiry, Unix seconds>.<hmac>`; undefined when the page gave no way to ask. */
  of(userId: string): Promise<string | undefined>;
  /** The server refused it: clocks differ or the secret has changed. */
  forget(): void;
}

/** Keeps a user's signature and asks for a new one before it expires. */
export function createSignature(ask: ((userId: string) => string | Promise<string>) | undefined): Signature {
  let held: { readonly userId: string; readonly value: string } | undefined;
  return {
    async of(userId) {
      if (!ask) return undefined;
      const fresh = held?.userId === userId && parseInt(held.value, 10) - MARGIN_SECONDS > Date.now() / 1000;
      if (!fresh) held = { userId, value: await ask(userId) };
      return held?.value;
    },
    forget: () => void (held = undefined),
  };
}
