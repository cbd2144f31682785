/** All that is known of one user, and the right to have it, and to be forgotten. */

import { find, get, id, remove } from "../api.js";
import { actions, badge, button, card, dim, empty, h, later, link, table, trouble } from "../dom.js";
import { ask } from "../dialog.js";
import { save } from "../files.js";
import { isFault, outcomeOf, replyReason } from "../reasons.js";
import { daysOf, eventWords, GAP_MS, linesOf, visitsOf } from "../timeline.js";
import { clock, count, dayOf, time, title, words } from "../units.js";
import { features, intents, segments } from "./knowledge.js";

/** Lines that are drawn at once: more than a person reads, and little work for a browser. */
const AT_ONCE = 200;

/** What is told at the address `#/users/<id>/all`. */
const ALL = "all";

export function oneUser(root, signal, userId, part) {
  actions(link("#/users", "All users"));
  root.append(
    h("p", { class: "answer" }, h("b", {}, userId)),
    later(() => find(`/responses/v1/users/${id(userId)}`, signal), known, signal),
    part === ALL ? wholeHistory(userId, signal) : ofLate(userId, signal),
    data(userId, signal),
  );
}

/** What serves replies now: one read, so it is there at once. */
function known(user) {
  if (!user)
    return empty(
      "Nothing is known of this user now",
      "The id is case-sensitive. An erased user is unknown, too. Records of before the first prediction may be in the whole history.",
    );
  return h(
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
  );
}

/** The last sessions, which feature-streams keeps at hand. */
function ofLate(userId, signal) {
  const more = link(`#/users/${id(userId)}/${ALL}`, "Show the whole history");
  const content = ({ conversations, complete }) => {
    const visits = conversations.flatMap((one) =>
      visitsOf(linesOf({ decisions: one.replies }), [
        // a reply may come after the last event
        { ...one, endedAt: [one.endedAt, one.lastActiveAt].sort().at(-1), earlier: one.earlierReplies },
      ]),
    );
    return card(
      "History",
      "the last conversations",
      complete ? "" : h("p", { class: "note" }, "The list is still being read; some may be missing."),
      visits.length ? timeline(visits, signal) : dim("No conversation of late."),
      dim("These are replies of the last three conversations. What the customer wrote and did is in all that is stored; to read it takes up to 20 s and is written into the audit log."),
      h("p", {}, more),
    );
  };
  return later(
    () => get(`/responses/v1/conversations?${new URLSearchParams({ userId, limit: 10 })}`, signal),
    content,
    signal,
  );
}

const historyOf = (userId, signal) => find(`/responses/v1/users/${id(userId)}?history=true`, signal);

function wholeHistory(userId, signal) {
  const content = (user) => {
    const history = user?.history;
    return card(
      "History",
      "all that is stored, newest first",
      history ? missing(history) : "",
      history
        ? timeline(visitsOf(linesOf(history), history.sessions ?? []), signal)
        : dim("Nothing is stored about this user."),
    );
  };
  return later(() => historyOf(userId, signal), content, signal);
}

function missing({ complete, since }) {
  if (complete) return "";
  return h(
    "p",
    { class: "note" },
    "There was more than is read at once: ",
    since ? ["what is older than ", time(since), " may be missing."] : "some may be missing.",
  );
}

/** Day by day; some hundred lines at once. */
function timeline(visits, signal) {
  if (!visits.some((visit) => visit.lines.length || visit.session)) return dim("No records.");
  const place = h("div", { class: "timeline" });
  let first = 0;
  const grow = () => {
    let last = first;
    for (let lines = 0; last < visits.length && lines < AT_ONCE; last++) lines += visits[last].lines.length + 1;
    place.querySelector(".more")?.remove();
    place.append(...daysOf(visits.slice(first, last)).flatMap(day));
    const left = visits.length - last;
    first = last;
    if (left) place.append(h("p", { class: "more" }, button(`Show ${count(left)} older visits`, grow)));
  };
  if (!signal.aborted) grow();
  return place;
}

function day({ visits }) {
  return [h("h3", {}, dayOf(visits[0].from)), ...visits.map(visit)];
}

function visit({ session, from, to, lines }) {
  const list = h("ol", {}, lines.slice(0, AT_ONCE).map(line));
  const left = lines.slice(AT_ONCE);
  const rest = left.length > 0 && button(`Show ${count(left.length)} more of this visit`, () => {
    list.append(...left.map(line));
    rest.remove();
  });
  return h(
    "section",
    { class: "visit" },
    h(
      "p",
      { class: "dim" },
      clock(from),
      clock(to) === clock(from) ? "" : ` to ${clock(to)}`,
      session ? summary(session) : isOn(to) && [" ", badge("open", "accent")],
    ),
    session?.earlier > 0 && dim(`${count(session.earlier)} earlier replies are left out`),
    list,
    rest,
  );
}

/** After as much silence a session is over. */
const isOn = (to) => Date.now() - to < GAP_MS;

function summary(session) {
  const outcome = "outcome" in session ? session.outcome : session;
  const said = [session.channel, session.messages === 1 ? "1 message" : `${count(session.messages)} messages`];
  return [
    said.filter(Boolean).map((one) => `, ${one}`),
    outcomeOf(outcome).map(([text, kind]) => [" ", badge(text, kind)]),
  ];
}

/** Its time only where it is another than that of the line before. */
function line({ at, event, reply, change }, i, lines) {
  const said = clock(Date.parse(at));
  const again = i > 0 && said === clock(Date.parse(lines[i - 1].at));
  const [what, says] = event
    ? eventWords(event)
    : reply
      ? [reply.personalized ? "personalized reply" : "generic reply", given(reply)]
      : [`${change.change} a segment`, words(change.segment)];
  return h(
    "li",
    { class: reply ? "given" : "" },
    h("time", { datetime: at, title: at }, again ? "" : said),
    h("span", { class: "what" }, what),
    h("span", { class: "says" }, says),
  );
}

function given(reply) {
  return [
    reply.text,
    h(
      "small",
      {},
      h("span", { class: isFault(reply.reason) ? "down" : "", title: reply.reason }, replyReason(reply.reason)),
      ". ",
      link(`#/decisions/${id(reply.decisionId)}`, "Why this reply"),
    ),
  ];
}

function data(userId, signal) {
  const told = h("div", { role: "status" });
  const download = async () => {
    told.replaceChildren(dim("Everything stored is being read; this takes up to 20 s."));
    try {
      told.replaceChildren(await exported(userId, signal));
    } catch (error) {
      if (!signal.aborted) told.replaceChildren(trouble(error));
    }
  };
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
  return card(
    "The user’s data",
    null,
    dim("A file with all that is stored about the user, for whoever asks “what do you know about me?”. The audit log keeps that it was read."),
    button("Download everything stored", download),
    told,
    h(
      "div",
      { class: "edit" },
      dim("Erasure deletes the user from every store, with a proof for each."),
      button("Erase this user", erase, "danger"),
    ),
  );
}

/** Puts all of it into a file; tells what is in it. */
async function exported(userId, signal) {
  const one = new URLSearchParams({ userId, limit: 200 });
  const [user, conversations, listed] = await Promise.all([
    historyOf(userId, signal),
    get(`/responses/v1/conversations?${one}`, signal),
    get(`/responses/v1/users?${one}`, signal),
  ]);
  if (!user && !conversations.found && !listed.found) return dim("Nothing is stored about this user.");
  const all = {
    userId,
    exportedAt: new Date().toISOString(),
    stored: user,
    recent: { user: listed.users[0] ?? null, conversations: conversations.conversations },
  };
  save(`attune-user-${userId.replaceAll(/[^\w.-]/g, "_")}.json`, "application/json", JSON.stringify(all, null, 2));
  return user?.history && !user.history.complete
    ? missing(user.history)
    : dim("Saved. It has features, predictions, events, sessions, segment changes and replies, as far back as they are kept.");
}
