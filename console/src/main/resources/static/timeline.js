/** What a user's records say, in words and by visit. No page, so that it can be tested alone. */

import { duration, words } from "./units.js";

const quoted = (text) => (text ? `“${text}”` : null);
const parts = (...said) => said.filter(Boolean).join(", ");

/** By type: what the customer did, and what is said of it. Both are texts. */
const EVENTS = {
  session_started: ({ entry }) => ["came", entry ?? ""],
  session_ended: ({ reason }) => ["left", reason && reason !== "left" ? words(reason) : ""],
  page_viewed: ({ page, title, seconds }) => [
    "looked at",
    parts(title ?? page, title && page, seconds != null && `for ${duration(seconds)}`),
  ],
  clicked: ({ element, page }) => ["clicked", parts(element, page && `on ${page}`)],
  message_sent: ({ text, length }) => [
    "wrote",
    text ?? (length == null ? "a message whose text is not kept" : `${length} characters, whose text is not kept`),
  ],
  agent_replied: ({ responseSeconds, automated }) => [
    automated ? "was answered by a program" : "was answered by a person",
    took(automated, responseSeconds),
  ],
  issue_opened: ({ category }) => ["has an issue", category ? words(category) : ""],
  issue_resolved: ({ category, resolution }) => [
    "issue solved",
    parts(category && words(category), resolution && words(resolution)),
  ],
  feedback: ({ kind, score, comment }) => [rating(kind, score), quoted(comment) ?? ""],
  quick_reply_used: ({ value }) => ["used a quick reply", quoted(value) ?? ""],
  custom: ({ name, properties }) => [words(name ?? "something else"), rest(properties)],
};

/** How long the answer was worked on, not how long it was waited for. */
const took = (automated, seconds) => (seconds == null ? "" : `${automated ? "that" : "who"} took ${duration(seconds)}`);

function rating(kind, score) {
  if (score == null) return `gave feedback (${words(kind)})`;
  if (kind === "csat") return `rated ${score} of 5`;
  if (kind === "nps") return `would recommend it: ${score} of 10`;
  return score > 0 ? "thumbs up" : "thumbs down";
}

const rest = (body) =>
  Object.entries(body ?? {})
    .filter(([, value]) => value != null)
    .map(([name, value]) => `${words(name)}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");

/** @returns `[what, says]` of an event as it is taken */
export function eventWords(event) {
  const say = EVENTS[event.type];
  const body = event[event.type] ?? {};
  return say ? say(body) : [words(event.type), rest(body)];
}

/** All that happened, as lines: `{at, session, event | reply | change}`. */
export function linesOf({ events = [], decisions = [], segmentChanges = [] }) {
  return [
    ...events.map((event) => ({ at: event.occurredAt, session: event.sessionId, event })),
    ...decisions.map((reply) => ({ at: reply.decidedAt, id: reply.decisionId, reply })),
    ...segmentChanges.map((change) => ({ at: change.occurredAt, change })),
  ].filter((line) => line.at);
}

/** Between events of one visit; feature-streams closes it after as much silence. */
export const GAP_MS = 30 * 60_000;

/**
 * Lines by visit, the newest first, and in each as they came. What belongs to no finished session
 * is a visit of its own for as long as there is no longer silence.
 *
 * @param sessions finished ones, with `startedAt`, `endedAt`, and perhaps `sessionId`, `decisionIds`
 * @returns `[{session, from, to, lines}]`; without a session it is null
 */
export function visitsOf(lines, sessions) {
  const finished = sessions.map((session) => ({
    session,
    from: Date.parse(session.startedAt),
    to: Date.parse(session.endedAt),
    lines: [],
  }));
  const byStart = [...finished].sort((a, b) => a.from - b.from);
  const visits = [...finished];
  let open = null;
  for (const line of [...lines].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const at = Date.parse(line.at);
    const home = homeOf(line, at, byStart);
    if (home) {
      home.lines.push(line);
    } else if (open && at - open.to <= GAP_MS) {
      open.lines.push(line);
      open.to = at;
    } else {
      open = { session: null, from: at, to: at, lines: [line] };
      visits.push(open);
    }
  }
  return visits.sort((a, b) => b.to - a.to || b.from - a.from);
}

/** The last session that began before a line and had not ended by then, or that names it. */
function homeOf(line, at, byStart) {
  let low = 0;
  let high = byStart.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byStart[middle].from <= at) low = middle + 1;
    else high = middle;
  }
  // sessions of one user may overlap where a client sends its own session ids
  for (const one of byStart.slice(Math.max(0, low - 3), low + 1).reverse()) {
    if (line.id && one.session.decisionIds?.includes(line.id)) return one;
    const isSame = !line.session || !one.session.sessionId || line.session === one.session.sessionId;
    if (isSame && one.from <= at && at <= one.to) return one;
  }
  return null;
}

/** Visits by the day on which they began, in the reader's own zone; newest first. */
export function daysOf(visits) {
  const days = [];
  for (const visit of visits) {
    const day = new Date(visit.from).toDateString();
    if (days.at(-1)?.day !== day) days.push({ day, visits: [] });
    days.at(-1).visits.push(visit);
  }
  return days;
}
