/** The proof of an erasure: polled until every store has its own. Names nobody. */

import { find, id } from "../api.js";
import { badge, card, dim, empty, h, link, table } from "../dom.js";
import { time, words } from "../units.js";

const AGAIN_MS = 1_000;

/** Erased, or only waiting to expire, and passed over by every reader until then. */
const isProven = (store) => store.erasedAt != null || store.expiresAt != null;

export async function erasure(root, signal, receiptId) {
  const place = h("div", { role: "status" });
  root.append(place);
  while (!signal.aborted) {
    const receipt = receiptId ? await find(`/responses/v1/erasures/${id(receiptId)}`) : null;
    if (signal.aborted) return;
    place.replaceChildren(receipt ? proof(receipt) : empty("There is no such erasure", link("#/audit/users", "See who was erased, and when")));
    if (!receipt || (receipt.complete && receipt.stores.every(isProven))) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

function proof(receipt) {
  const proven = receipt.stores.filter(isProven).length;
  const done = receipt.complete && proven === receipt.stores.length;
  return card(
    done ? "Erased" : "Being erased",
    h("span", {}, "asked for ", time(receipt.requestedAt)),
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
        words(store.store),
        store.how,
        store.erasedAt ? time(store.erasedAt) : store.expiresAt ? "passed over" : badge("waiting", "warn"),
        store.expiresAt ? time(store.expiresAt) : "–",
      ]),
    ),
    dim("Receipt ", h("code", {}, receipt.receiptId), ". Keep it: it names nobody, and this page shows the proof again."),
  );
}
