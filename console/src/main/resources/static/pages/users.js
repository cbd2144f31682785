/** One user: all that is known, and the right to be forgotten. */

import { find, get, id, remove } from "../api.js";
import { card, dim, h, table, time, trouble, words } from "../dom.js";
import { features, intents, segments } from "./knowledge.js";

export async function users(root, signal, userId) {
  const field = h("input", {
    value: userId ?? "",
    placeholder: "user id",
    "aria-label": "User id",
    size: 32,
    required: true,
  });
  root.append(
    h(
      "form",
      {
        class: "choices",
        onsubmit: (event) => {
          event.preventDefault();
          location.hash = `#/users/${id(field.value)}`;
        },
      },
      field,
      h("button", {}, "Look up"),
    ),
  );
  if (!userId) return;
  const user = await find(`/responses/v1/users/${id(userId)}?history=true`);
  if (signal.aborted) return;
  root.append(...(user ? content(user) : [h("p", {}, "Nothing is stored about this user.")]));
}

function content(user) {
  return [
    h(
      "div",
      { class: "grid" },
      card("Intent", intents(user.prediction)),
      card(
        "Segments and arms",
        segments(user.segments),
        table(["experiment", "arm"], Object.entries(user.arms ?? {}), "In no experiment yet."),
      ),
      card("Features", features(user.features, null)),
    ),
    history(user.history),
    erasure(user.userId),
  ];
}

function history({ events, decisions, segmentChanges, complete }) {
  const lines = [
    ...events.map((event) => [event.occurredAt, words(event.type), detail(event[event.type])]),
    ...decisions.map((one) => [
      one.decidedAt,
      h(
        "a",
        { href: `#/decisions/${id(one.decisionId)}` },
        one.personalized ? "personalized reply" : "generic reply",
      ),
      `${one.text} (${one.reason})`,
    ]),
    ...segmentChanges.map((change) => [
      change.occurredAt ?? change.at ?? "",
      "segment",
      detail(change),
    ]),
  ]
    .sort((a, b) => String(b[0]).localeCompare(String(a[0])))
    .map(([when, ...rest]) => [time(when), ...rest]);
  return card(
    "History",
    complete ? "" : dim("Incomplete: there was more than could be read in time."),
    table(["when", "what", ""], lines, "No records."),
  );
}

function detail(body) {
  return Object.entries(body ?? {})
    .filter(([, value]) => value != null && typeof value !== "object")
    .map(([name, value]) =>
      name === "text" || name === "page" || name === "element" ? value : `${words(name)}: ${value}`,
    )
    .join(", ");
}

function erasure(userId) {
  const proof = h("div");
  const erase = async () => {
    if (!confirm("Erase this user everywhere? This cannot be undone.")) return;
    try {
      const { receiptId } = await remove(`/responses/v1/users/${id(userId)}`);
      const receipt = await get(`/responses/v1/erasures/${id(receiptId)}`);
      proof.replaceChildren(
        h("p", {}, `Receipt ${receiptId}`),
        table(
          ["store", "how", "erased", "gone at the latest"],
          receipt.stores.map((store) => [
            store.store,
            store.how,
            time(store.erasedAt),
            time(store.expiresAt),
          ]),
        ),
      );
    } catch (error) {
      proof.replaceChildren(trouble(error));
    }
  };
  return card(
    "Erasure",
    h("p", {}, "Deletes the user from every store, with a proof for each."),
    h("button", { type: "button", class: "danger edit", onclick: erase }, "Erase this user"),
    proof,
  );
}
