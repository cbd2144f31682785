/** One user: all that is known, and the right to be forgotten. */

import { find, id, remove } from "../api.js";
import { badge, button, card, dim, empty, h, link, table } from "../dom.js";
import { ask } from "../dialog.js";
import { replyReason } from "../reasons.js";
import { time, title, words } from "../units.js";
import { features, intents, segments } from "./knowledge.js";

export async function users(root, signal, userId) {
  const field = h("input", { value: userId ?? "", size: 32, required: true, autocomplete: "off" });
  root.append(
    h(
      "form",
      {
        class: "choices filters",
        onsubmit: (event) => {
          event.preventDefault();
          location.hash = `#/users/${id(field.value)}`;
        },
      },
      h("label", {}, "User id", field),
      h("button", {}, "Look up"),
    ),
  );
  if (!userId) {
    root.append(
      empty(
        "Whom do you look for?",
        "Enter the id that your chat sends as userId. Nobody at hand? Play a customer in the ",
        link("#/playground", "playground"),
        ".",
      ),
    );
    return;
  }
  const user = await find(`/responses/v1/users/${id(userId)}?history=true`);
  if (signal.aborted) return;
  root.append(
    ...(user
      ? content(user)
      : [empty("Nothing is stored about this user", "The id is case-sensitive. An erased user is unknown, too.")]),
  );
}

function content(user) {
  return [
    h(
      "div",
      { class: "grid" },
      card("Intent", null, intents(user.prediction)),
      card(
        "Segments and arms",
        null,
        segments(user.segments),
        table(
          ["experiment", "arm"],
          Object.entries(user.arms ?? {}).map(([name, arm]) => [link(`#/experiments/${id(name)}`, title(name)), arm]),
          "In no experiment yet.",
        ),
      ),
      card("Features", null, features(user.features, null)),
    ),
    history(user.history),
    erasure(user.userId),
  ];
}

/** Newest first; a session's line stands above what happened in it. */
function history({ events, decisions, segmentChanges, sessions, complete }) {
  const lines = [
    ...events.map((event) => [event.occurredAt, words(event.type), detail(event[event.type])]),
    ...decisions.map((one) => [
      one.decidedAt,
      h("a", { href: `#/decisions/${id(one.decisionId)}` }, one.personalized ? "personalized reply" : "generic reply"),
      h("span", {}, one.text, h("small", { title: one.reason }, replyReason(one.reason))),
    ]),
    ...segmentChanges.map((one) => [one.occurredAt, "segment", `${one.change} ${words(one.segment)}`]),
    ...(sessions ?? []).map((one) => [one.endedAt, badge("session over"), session(one)]),
  ]
    .sort((a, b) => String(b[0]).localeCompare(String(a[0])))
    .map(([when, ...rest]) => [time(when), ...rest]);
  return card(
    "History",
    null,
    complete ? "" : h("p", { class: "note" }, "Incomplete: there was more than could be read in time."),
    table(["when", "what", "detail"], lines, "No records."),
  );
}

function session(one) {
  const rated = one.csat == null ? "" : `, rated ${one.csat}`;
  return `${one.messages} messages, ${one.agentReplies} answers, ${one.issuesResolved} of ${one.issuesOpened} issues resolved${rated}`;
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
  const erase = async () => {
    const receipt = await ask({
      title: "Erase this user everywhere?",
      says: [
        "Features, predictions and history are deleted now; records in topics that can’t be rewritten are passed over by every reader until they expire.",
        "This can’t be undone. Later events of the user start from nothing.",
      ],
      yes: "Erase",
      danger: true,
      action: () => remove(`/responses/v1/users/${id(userId)}`),
    });
    if (!receipt) return;
    // the address had the user's id; the one that takes its place names nobody
    location.replace(`#/erasures/${id(receipt.receiptId)}`);
  };
  return h(
    "div",
    { class: "edit" },
    card(
      "Erasure",
      null,
      dim("Deletes the user from every store, with a proof for each."),
      button("Erase this user", erase, "danger"),
    ),
  );
}
