/** Who did what, and when? */

import { get, id } from "../api.js";
import { badge, button, card, dim, empty, h, later, link, table, trouble } from "../dom.js";
import { act, actionsOf, actor } from "../reasons.js";
import { exactTime } from "../units.js";

const AT_ONCE = 100;

/** What can be chosen: actions by their beginning. */
const KINDS = {
  all: null,
  erasures: ["erase"],
  "looks at users": ["history_read", "users_listed", "conversations_read", "messages_read"],
  labels: ["message_labelled"],
  experiments: ["experiment_"],
  models: ["model_"],
  rollouts: ["rollout_"],
  exports: ["export", "dead_letter_export", "backup", "restore"],
  "sign-ins": ["sign_in"],
  keys: ["key_"],
};

export function audit(root, signal, kind = "all", who = "", userId = "") {
  const address = (now) => `#/audit/${[now.kind ?? kind, now.who ?? who, now.userId ?? userId].map(id).join("/")}`;
  const ask = (before) => get(`/responses/v1/audit?${parameters(kind, who, userId, before)}`, signal);
  root.append(
    h(
      "div",
      { class: "choices filters" },
      h(
        "nav",
        { class: "segmented", "aria-label": "What" },
        Object.keys(KINDS).map((name) =>
          h("a", { href: address({ kind: name }), "aria-current": name === kind && "true" }, name),
        ),
      ),
      who && h("a", { class: "badge accent", href: address({ who: "" }) }, `${actor(who)} ✕`),
    ),
    concerning(userId, (text) => address({ userId: text })),
    later(ask, (found) => content(found, ask, { who, userId }, signal), signal),
  );
}

function parameters(kind, who, userId, before) {
  const asked = new URLSearchParams({ limit: AT_ONCE });
  for (const action of actionsOf(KINDS[kind])) asked.append("action", action);
  if (who) asked.set("actor", who);
  if (userId) asked.set("userId", userId);
  if (before) asked.set("before", before);
  return asked;
}

/** Looking for one user: the log knows the hash of the id, and the service can make it. */
function concerning(userId, address) {
  const text = h("input", { type: "search", name: "userId", value: userId, maxlength: 128, size: 26, autocomplete: "off" });
  const go = (event) => {
    event.preventDefault();
    location.hash = address(text.value.trim());
  };
  return h(
    "form",
    { class: "choices filters", role: "search", onsubmit: go },
    h("label", {}, "Done to the user with the id", text),
    h("button", { name: "search" }, "Search"),
  );
}

function content(first, ask, wanted, signal) {
  const place = h("div", {});
  const failed = h("div", {});
  const acts = [];
  const show = (found) => {
    acts.push(...found.acts);
    const older = button("Show older ones", () => grow(older, found.next));
    place.replaceChildren(...listed(acts, found, wanted), found.next ? older : "");
  };
  const grow = async (older, before) => {
    older.disabled = true;
    failed.replaceChildren();
    try {
      const found = await ask(before);
      if (!signal.aborted) show(found);
    } catch (error) {
      failed.replaceChildren(trouble(error));
    }
    older.disabled = false;
  };
  show(first);
  return [place, failed];
}

function listed(acts, { complete }, { who, userId }) {
  return [
    complete ? "" : h("p", { class: "note" }, "The log is still being read; some acts may be missing."),
    acts.length
      ? card(
          "Acts",
          "newest first",
          table(["when", "who", "did", "to", "why", "from"], acts.map(row)),
          dim(
            "A user is named by a keyed hash of the id, so that the log keeps nobody’s id. Found here are the newest 2,000 acts of each kind among the last 200,000; the topic audit keeps a year.",
          ),
        )
      : nobody(who, userId),
  ];
}

function nobody(who, userId) {
  if (userId)
    return empty(
      "Nothing of this kind was done to this user",
      "The id is case-sensitive. ",
      link("#/audit/all", "Show everything"),
    );
  if (who) return empty(`Nothing of this kind was done by ${actor(who)}`, link("#/audit/all", "Show everything"));
  return empty(
    "Nobody did anything of this kind yet",
    "Sign-ins, erasures, reads of a user’s history, changes of experiments, switches of models, labels of messages, exports and changes of keys appear here.",
  );
}

function row(one) {
  return [
    exactTime(one.at),
    link(`#/audit/all/${id(one.actor)}`, actor(one.actor)),
    h("span", {}, act(one), one.outcome === "refused" && [" ", badge("refused", "bad")]),
    subject(one.subject),
    detail(one),
    from(one),
  ];
}

/** The proof of an erasure is named by its receipt. */
function detail({ action, detail: said }) {
  const [, receipt] = (action === "erase" && /^receipt (\S+)$/.exec(said)) || [];
  return receipt ? link(`#/erasures/${id(receipt)}`, "the proof") : (said ?? "");
}

function from({ address, via }) {
  if (!address && !via) return "";
  return h("span", { class: "nowrap" }, address, via && h("small", {}, address && " ", `by ${actor(via)}`));
}

function subject(text) {
  if (!text) return "";
  const [kind, ...rest] = text.split(":");
  const name = rest.join(":");
  if (kind === "user") return h("span", { title: name, class: "nowrap" }, `user ${name.slice(0, 8)}…`);
  if (kind === "model") return h("span", { class: "nowrap" }, link("#/models", "model"), ` ${name}`);
  if (kind === "experiment") return link(`#/experiments/${id(name)}`, name);
  return text;
}
