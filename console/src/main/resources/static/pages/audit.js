/** Who did what, and when? */

import { get } from "../api.js";
import { badge, card, dim, empty, h, later, link, table } from "../dom.js";
import { act, actor } from "../reasons.js";
import { time } from "../units.js";

const MOST = 500;

/** What can be chosen: actions by their beginning. */
const KINDS = { all: "", experiments: "experiment_", models: "model_", rollouts: "rollout_", users: "erase|history_read|users_listed|conversations_read", "sign-ins": "sign_in", keys: "key_", exports: "export|dead_letter_export" };

export async function audit(root, signal, kind = "all", who = "") {
  root.append(
    h(
      "div",
      { class: "choices filters" },
      h(
        "nav",
        { class: "segmented", "aria-label": "What" },
        Object.keys(KINDS).map((name) =>
          h("a", { href: `#/audit/${name}`, "aria-current": name === kind && "true" }, name),
        ),
      ),
      who && h("a", { class: "badge accent", href: `#/audit/${kind}` }, `${actor(who)} ✕`),
    ),
    later(
      () => get(`/responses/v1/audit?limit=${MOST}${who ? `&actor=${encodeURIComponent(who)}` : ""}`, signal),
      (found) => content(found, kind),
      signal,
    ),
  );
}

function content({ acts, complete }, kind) {
  const starts = (KINDS[kind] ?? "").split("|");
  const wanted = acts.filter((one) => starts.some((start) => one.action.startsWith(start)));
  return [
    complete ? "" : h("p", { class: "note" }, "The log is still being read; some acts may be missing."),
    wanted.length
      ? card(
          "Acts",
          "newest first",
          table(["when", "who", "did", "to", "why", "from"], wanted.map(row)),
          dim("A user is named by a keyed hash of the id, so that the log keeps nobody’s id. The newest 2,000 acts are shown here; the topic audit keeps a year."),
        )
      : empty("Nobody did anything of this kind yet", "Sign-ins, erasures, reads of a user’s history, changes of experiments, switches of models, exports and changes of keys appear here."),
  ];
}

function row(one) {
  return [
    time(one.at),
    link(`#/audit/all/${encodeURIComponent(one.actor)}`, actor(one.actor)),
    h("span", {}, act(one), one.outcome === "refused" && [" ", badge("refused", "bad")]),
    subject(one.subject),
    one.detail ?? "",
    [one.address, one.via && `by ${actor(one.via)}`].filter(Boolean).join(", "),
  ];
}

function subject(text) {
  if (!text) return "";
  const [kind, ...rest] = text.split(":");
  const name = rest.join(":");
  if (kind === "user") return h("span", { title: name }, `user ${name.slice(0, 10)}…`);
  if (kind === "model") return h("span", {}, link("#/models", "model"), ` ${name}`);
  if (kind === "experiment") return link(`#/experiments/${encodeURIComponent(name)}`, name);
  return text;
}
