/** Who was active of late? */

import { get, id } from "../api.js";
import { badge, card, dim, empty, h, later, link, table } from "../dom.js";
import { count, time, words } from "../units.js";
import { growing, query, search, stillReading } from "./search.js";
import { oneUser } from "./user.js";

export function users(root, signal, userId, segment = "", hours = "", text = "") {
  if (userId) oneUser(root, signal, userId, segment);
  else list(root, signal, { segment, hours, text });
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
