/** The proof of an erasure: polled until every store has its own. Names nobody. */

import { find, id } from "../api.js";
import { badge, card, dim, empty, h, link, table, trouble } from "../dom.js";
import { exactTime, words } from "../units.js";

const AGAIN_MS = 1_000;

/** So often it may be unknown: another replica took it, and this one reads it in a moment. */
const UNKNOWN_TRIES = 10;

/** Erased, or only waiting to expire, and passed over by every reader until then. */
const isProven = (store) => store.erasedAt != null || store.expiresAt != null;

const isDone = (receipt) => receipt.complete && receipt.stores.every(isProven);

export function erasure(root, signal, receiptId) {
  const place = h("div", { role: "status" });
  const note = h("div", { role: "status" });
  root.append(place, note);
  const run = () => {
    place.replaceChildren(h("div", { class: "spinner", role: "img", "aria-label": "Loading" }));
    follow(place, note, signal, receiptId).catch((error) => !signal.aborted && place.replaceChildren(trouble(error, run)));
  };
  run();
}

async function follow(place, note, signal, receiptId) {
  let shown = null;
  for (let unknown = 0; !signal.aborted; ) {
    const receipt = receiptId ? await look(receiptId, note, signal) : null;
    if (signal.aborted) return;
    if (receipt) {
      // what is told again without a change would be read aloud again
      if (JSON.stringify(receipt) !== shown) place.replaceChildren(proof(receipt));
      shown = JSON.stringify(receipt);
      if (isDone(receipt)) return;
    } else if (receipt === null && (!receiptId || ++unknown >= UNKNOWN_TRIES)) {
      place.replaceChildren(empty("There is no such erasure", link("#/audit/erasures", "See who was erased, and when")));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** The receipt; null: there is none; undefined: nobody answers now, which the note tells. */
async function look(receiptId, note, signal) {
  try {
    const receipt = await find(`/responses/v1/erasures/${id(receiptId)}`, signal);
    note.replaceChildren();
    return receipt;
  } catch (error) {
    // a refusal stays one, a service that is away comes back
    if (error.status && error.status < 500 && error.status !== 429) throw error;
    if (!note.hasChildNodes())
      note.replaceChildren(
        h("p", { class: "note" }, `${error.message} The erasure goes on. This page looks again each second.`),
      );
    return undefined;
  }
}

function proof(receipt) {
  const proven = receipt.stores.filter(isProven).length;
  const done = isDone(receipt);
  return card(
    done ? "Erased" : "Being erased",
    h("span", {}, "asked for ", exactTime(receipt.requestedAt)),
    h(
      "p",
      {},
      badge(done ? "complete" : `${proven} of ${receipt.stores.length} stores`, done ? "good" : "warn"),
      " ",
      done
        ? "Nothing of the customer can be read any more. What remains only waits to expire."
        : "This page looks again each second.",
    ),
    table(
      ["store", "how", "erased", "gone at the latest"],
      receipt.stores.map((store) => [
        // a topic is named as it is
        store.store.includes(".") ? h("code", {}, store.store) : words(store.store),
        store.how,
        store.erasedAt ? exactTime(store.erasedAt) : store.expiresAt ? "waits to expire" : badge("waiting", "warn"),
        store.expiresAt ? exactTime(store.expiresAt) : "–",
      ]),
    ),
    dim("Receipt ", h("code", {}, receipt.receiptId), ". Keep it: it names nobody, and this page shows the proof again."),
  );
}
