/** Which rules speak, and which never? The playbook in force, with what is counted live. */

import { get } from "../api.js";
import { badge, card, dim, empty, h, later, link } from "../dom.js";
import { bars } from "../charts.js";
import { isFault, replyReason } from "../reasons.js";
import { count, many, time, title, words } from "../units.js";
import { folded } from "./knowledge.js";

export function playbook(root, signal) {
  root.append(later(() => load(signal), content, signal));
}

async function load(signal) {
  const [inForce, now] = await Promise.all([
    get("/responses/v1/playbook", signal),
    // without it the rest is worth showing
    get("/overview", signal).catch(() => null),
  ]);
  const known = now?.stages.some((stage) => stage.name === "streams" && stage.instances.answering > 0);
  return { inForce, sizes: known ? now.segments : null, rows: known ? now.features : null };
}

function content({ inForce, sizes, rows }) {
  const asked = inForce.slots.filter((slot) => said(slot) > 0);
  return [
    h("p", { class: "answer" }, h("b", {}, inForce.name), " ", verdict(inForce, asked), " ", empties(inForce.features, rows)),
    trouble("A newer playbook is refused", "bad", inForce.refused),
    trouble("Hardly meant", "warn", inForce.warnings),
    inForce.slots.length
      ? h("div", { class: "grid wide" }, inForce.slots.map(slotCard))
      : empty("It has no slots", "Say in responses.yaml what the bot says."),
    dim("Replies are counted since ", time(inForce.since), " by the instance of response-api that answers the console; where there are several, another may have let a rule speak."),
    h(
      "div",
      { class: "grid wide" },
      card("Segments", sizes && "users in each now", segmentsOf(inForce.segments, sizes)),
      card("Features", rows && "events after which each had a value", featuresOf(inForce.features, rows)),
    ),
  ];
}

const said = (slot) =>
  [...slot.rules.map((rule) => rule.replies), ...Object.values(slot.generic)].reduce((a, b) => a + b, 0);

/** A rule that nobody could hear has not failed to speak. */
function verdict({ refused, slots }, asked) {
  if (refused.length) return badge("not the newest", "bad");
  if (!asked.length) return badge("nobody has asked for a reply yet");
  const silent = asked.flatMap((slot) => slot.rules.filter((rule) => !rule.replies)).length;
  const unasked = slots.length - asked.length;
  return [
    silent
      ? badge(silent === 1 ? "1 rule has not spoken since the start" : `${silent} rules have not spoken since the start`, "warn")
      : badge(unasked ? "every rule has spoken where a reply was asked for" : "every rule has spoken", "good"),
    unasked > 0 && [" ", badge(`${many(unasked, "slot")} not asked for`)],
  ];
}

function trouble(name, kind, lines) {
  return lines.length
    ? card([name, " ", badge(count(lines.length), kind)], null, h("ul", {}, lines.map((line) => h("li", {}, line))))
    : "";
}

/** Rules as they are written. What a customer fills in stands in braces. */
function written({ rules, genericText }) {
  const says = (name, when, text) => [
    h("p", {}, badge(name), " ", when && h("code", {}, when)),
    h("blockquote", {}, text),
  ];
  return h(
    "details",
    { class: "written" },
    h("summary", {}, "What they say, and when"),
    rules.map((one) => says(one.rule, one.when, one.text)),
    says("otherwise", null, genericText),
  );
}

/** Rules in their order, since the first that holds speaks; then why no rule spoke. */
function slotCard(slot) {
  const all = said(slot);
  return card(
    title(slot.slot),
    `${count(all)} replies`,
    all
      ? bars(
          [
            ...slot.rules.map((rule) => ({ label: rule.rule, value: rule.replies })),
            ...Object.entries(slot.generic).sort((a, b) => b[1] - a[1]).map(([reason, value]) => ({
              label: replyReason(reason),
              value,
              kind: isFault(reason) ? "bad" : "muted",
            })),
          ],
          (value) => (value ? count(value) : "not yet"),
        )
      : [dim("Not asked for yet. Its rules:"), h("p", {}, slot.rules.map((rule) => [badge(rule.rule), " "]))],
    written(slot),
  );
}

/** Features that no event has given a value; said once there were events at all. */
function empties(features, rows) {
  if (!rows || !Object.values(rows).some((n) => n > 0)) return "";
  const n = features.filter((one) => rows[one.name] === 0).length;
  return n ? badge(`${many(n, "feature")} never had a value`, "warn") : "";
}

function featuresOf(features, rows) {
  return [
    folded(
      // those that never had one first: they are what one looks for
      features.toSorted((one, other) => (rows?.[other.name] === 0) - (rows?.[one.name] === 0)),
      (one) => [
        h("span", { class: "label" }, one.name, h("span", { class: "dim" }, ` ${one.kind}`)),
        h("span", { class: rows?.[one.name] === 0 ? "warn" : "dim" }, rowsOf(rows?.[one.name])),
      ],
    ),
    rows
      ? dim("Since feature-streams started. A value is one that is neither missing nor 0.")
      : dim("How often each has a value is not known: feature-streams did not answer."),
  ];
}

const rowsOf = (rows) => (rows == null ? "" : rows ? count(rows) : "never");

function segmentsOf(segments, sizes) {
  if (!segments.length) return dim("None.");
  const names = segments.map((one) => one.segment);
  if (!sizes)
    return [
      dim("How many users are in each is not known: feature-streams did not answer."),
      h("p", {}, names.map((name) => [badge(words(name)), " "])),
      conditions(segments),
    ];
  return [
    bars(names.map((name) => ({ label: words(name), value: sizes[name] ?? 0 })), (value) => (value ? count(value) : "nobody")),
    dim(link("#/users", "Who they are")),
    conditions(segments),
  ];
}

function conditions(segments) {
  return h(
    "details",
    { class: "written" },
    h("summary", {}, "Who gets in, and out"),
    segments.map(({ segment, enter, leave }) => [
      h("p", {}, badge(words(segment)), " in: ", h("code", {}, enter)),
      h("p", {}, "out: ", h("code", {}, leave)),
    ]),
  );
}
