/** Who was active of late; and of one user all that is known, and the right to be forgotten. */

import { find, get, id, remove } from "../api.js";
import { actions, badge, button, card, dim, empty, h, later, link, table } from "../dom.js";
import { ask } from "../dialog.js";
import { replyReason } from "../reasons.js";
import { count, time, title, words } from "../units.js";
import { features, intents, segments } from "./knowledge.js";
import { growing, query, search, stillReading } from "./search.js";

export async function users(root, signal, userId, segment = "", hours = "", text = "") {
  if (!userId) {
    list(root, signal, { segment, hours, text });
    return;
  }
  actions(link("#/users", "All users"));
  const user = await find(`/responses/v1/users/${id(userId)}?history=true`);
  if (signal.aborted) return;
  root.append(
    ...(user
      ? content(user)
      : [empty("Nothing is stored about this user", "The id is case-sensitive. An erased user is unknown, too.")]),
  );
}

function list(root, signal, wanted) {
  const load = (limit) =>
    get(`/responses/v1/users?${query(wanted, limit, { prefix: wanted.text })}`, signal);
  const address = ({ text, segment, hours }) =>
    `#/users//${[segment, hours, text].map(id).join("/")}`;
  root.append(
    later(
      load,
      (found) => [
        search("Id begins with", wanted, found.segments, address),
        growing(load, found, (answer) => answer.users.length, (answer) => listed(answer, wanted), signal),
      ],
      signal,
    ),
  );
}

function listed({ users: found, complete }, wanted) {
  const exact = wanted.text && link(`#/users/${id(wanted.text)}`, `Look up ${wanted.text}`);
  if (!found.length) return [stillReading(complete), nobody(wanted, exact)];
  return [
    stillReading(complete),
    card(
      "Active of late",
      "newest first",
      table(
        ["user", "last active", "where", "segments", "last intent", { amount: "sessions" }, { amount: "conversations" }],
        found.map(row),
      ),
      dim(
        "The newest 2,000 users of the last 30 days are listed, with a second’s delay. Sessions count from when a user came onto the list. ",
        exact && [exact, " in all that is stored."],
      ),
    ),
  ];
}

function row(user) {
  return [
    link(`#/users/${id(user.userId)}`, user.userId),
    time(user.lastActiveAt),
    [user.channel, user.locale].filter(Boolean).join(", "),
    user.segments.length ? h("span", {}, user.segments.map((name) => [badge(words(name)), " "])) : "",
    user.intent ? words(user.intent) : "",
    count(user.sessions),
    user.conversations
      ? link(`#/conversations/${id(user.userId)}`, count(user.conversations))
      : "0",
  ];
}

function nobody(wanted, exact) {
  if (exact)
    return empty("Nobody of that id was active of late", exact, " in all that is stored. The id is case-sensitive.");
  if (wanted.segment || wanted.hours)
    return empty("Nobody like that was active of late", link("#/users", "Show everybody"));
  return empty(
    "Nobody was active yet",
    "Whoever sends an event or gets a reply appears here. Nobody at hand? Play a customer in the ",
    link("#/playground", "playground"),
    ".",
  );
}

function content(user) {
  return [
    h(
      "p",
      { class: "answer" },
      h("b", {}, user.userId),
      " ",
      link(`#/conversations/${id(user.userId)}`, "Conversations of late"),
    ),
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
