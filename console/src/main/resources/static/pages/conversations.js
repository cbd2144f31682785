/** What did it say to customers, and why? Conversations of late, with the replies given. */

import { get, id } from "../api.js";
import { badge, card, dim, empty, h, later, link } from "../dom.js";
import { isFault, outcomeOf, replyReason } from "../reasons.js";
import { count, time, title, words } from "../units.js";
import { growing, query, search, stillReading } from "./search.js";

export function conversations(root, signal, text = "", segment = "", hours = "") {
  const wanted = { text, segment, hours };
  const load = (limit) =>
    get(`/responses/v1/conversations?${query(wanted, limit, { query: text })}`, signal);
  const address = (one) => `#/conversations/${[one.text, one.segment, one.hours].map(id).join("/")}`;
  root.append(
    later(
      load,
      (found) => [
        search("Who, what was said, or why", wanted, found.segments, address),
        growing(load, found, (answer) => answer.conversations.length, (answer) => listed(answer, wanted), signal),
      ],
      signal,
    ),
  );
}

function listed({ conversations: found, complete }, wanted) {
  const isNarrow = wanted.text || wanted.segment || wanted.hours;
  if (!found.length)
    return [
      stillReading(complete),
      isNarrow
        ? empty("No conversation of late is like that", link("#/conversations", "Show all"))
        : empty(
            "Nobody has talked yet",
            "A conversation appears here with its first message or reply. Begin one in the ",
            link("#/playground", "playground"),
            ".",
          ),
    ];
  return [
    stillReading(complete),
    ...found.map(talk),
    dim(
      "These are the last three conversations of each of the newest 2,000 users, each with its last ten replies. What the customer wrote is on the user’s page.",
    ),
  ];
}

function talk(one) {
  return card(
    link(`#/users/${id(one.userId)}`, one.userId),
    [when(one), ...outcomeOf(one.outcome).map(([said, kind]) => [" ", badge(said, kind)])],
    one.earlierReplies > 0 && dim(`${count(one.earlierReplies)} earlier replies`),
    one.replies.length
      ? h("ol", { class: "replies" }, one.replies.map(reply))
      : dim("The bot was not asked for a reply."),
  );
}

function when(one) {
  const messages = one.messages === 1 ? "1 message" : `${count(one.messages)} messages`;
  return [
    time(one.startedAt),
    [one.channel, messages, ...one.segments.map(words)].filter(Boolean).map((part) => `, ${part}`),
  ];
}

function reply(one) {
  return h(
    "li",
    {},
    h("p", {}, one.text),
    h(
      "small",
      {},
      time(one.decidedAt),
      ` ${words(one.slot)}: `,
      h("span", { class: isFault(one.reason) ? "down" : "", title: one.reason }, replyReason(one.reason)),
      one.intent && `, intent ${words(one.intent)}`,
      one.experiment && [", ", one.variant, " of ", link(`#/experiments/${id(one.experiment)}`, title(one.experiment))],
      ". ",
      h("a", { href: `#/decisions/${id(one.decisionId)}`, title: one.templateId }, "Why this reply"),
    ),
  );
}
