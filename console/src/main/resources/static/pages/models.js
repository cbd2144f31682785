/** Which model serves, and how good is it? Versions, slots, gates, and how far the world has moved. */

import { get, id, post, remove } from "../api.js";
import { badge, button, card, dim, empty, h, later, link, table } from "../dom.js";
import { ask } from "../dialog.js";
import { count, percent } from "../units.js";
import { driftCard, driftOf } from "./model-drift.js";

const SLOTS = { LIVE: ["live", "good"], CANARY: ["canary", "accent"], SHADOW: ["shadow", ""] };
const CANARY_SHARE = 0.1;

export async function models(root, signal) {
  const versions = h("div", {});
  const show = (state) => versions.replaceChildren(...content(state, change));
  const change = async (question) => {
    const state = await ask({ reason: "Why? It is kept in the audit log.", ...question });
    if (state && !signal.aborted) show(state);
  };
  show(await get("/inference/v1/models", signal));
  root.append(versions, later(() => driftOf(signal), driftCard, signal));
}

function content(state, change) {
  if (!state.versions.length)
    return [
      empty("There is no model yet", "Train one: ", h("code", {}, "./attune train events.jsonl"), ". The first one goes live by itself."),
    ];
  const newest = [...state.versions].reverse();
  return [
    ...state.failures.map((failure) =>
      h("p", { class: "trouble" }, `${failure.version || "The registry"} can’t serve as ${failure.slot.toLowerCase()}: ${failure.reason}`),
    ),
    serving(state, change),
    card(
      "Versions",
      "newest first",
      table(
        ["version", "serves", { amount: "right" }, { amount: "right among three" }, "trained on", "gates", "change"],
        newest.map((version) => row(version, state, change)),
      ),
    ),
    state.shadow ? comparison(state.shadow) : "",
  ];
}

const slotsOf = (state, version) => state.slots.filter((model) => model.version === version);
const slotOf = (state, name) => state.slots.find((model) => model.slot === name);

/** Who scores whom, in a sentence each. */
function serving(state, change) {
  const [live, canary, shadow] = ["LIVE", "CANARY", "SHADOW"].map((name) => slotOf(state, name));
  const facts = state.versions.find((one) => one.version === live?.version)?.facts;
  const top1 = facts?.metrics.top1;
  return card(
    "Serving now",
    null,
    live
      ? h("p", {}, badge("live", "good"), " ", h("b", {}, live.version), ` scores ${percent(live.share)} of the users.`, top1 != null && ` It is right about ${percent(top1)} of the rows that it had not seen.`)
      : h("p", {}, badge("none", "bad"), " No model serves: every reply is the generic one."),
    canary &&
      h("p", {}, badge("canary", "accent"), " ", h("b", {}, canary.version), ` scores ${percent(canary.share)} of the users. `, link(`#/experiments/${id(`canary:${canary.version}`)}`, "Does it help?"), " ",
        edit("End the canary", () => change(endCanary(canary, live)))),
    shadow &&
      h("p", {}, badge("shadow"), " ", h("b", {}, shadow.version), " scores along, and nobody sees what it says. ",
        edit("End the shadow", () => change({ title: "End the shadow?", says: [`${shadow.version} no longer scores along. No user notices.`], yes: "End the shadow", action: (reason) => remove(because("/inference/v1/models/shadow", reason)) }))),
    (canary || state.before) && h("p", { class: "edit" }, edit("Roll back …", () => change(rollback(canary, live, state.before)))),
  );
}

const because = (path, reason) => `${path}${path.includes("?") ? "&" : "?"}reason=${encodeURIComponent(reason)}`;

const endCanary = (canary, live) => ({
  title: "End the canary?",
  says: [`${live.version} scores all users again, also the ${percent(canary.share)} that ${canary.version} scores now. Their predictions are made anew.`],
  yes: "End the canary",
  action: (reason) => remove(because("/inference/v1/models/canary", reason)),
});

function rollback(canary, live, before) {
  return {
    title: "Roll back?",
    says: canary
      ? [`This ends the canary: ${live.version} scores all users again. To go back further, roll back once more.`]
      : [`${before} becomes live again in place of ${live?.version ?? "this one"}, and every user is scored anew, the busiest first.`],
    yes: "Roll back",
    action: (reason) => post(because("/inference/v1/models/rollback", reason)),
  };
}

function row({ version, live, facts }, state, change) {
  const slots = slotsOf(state, version);
  return [
    h("b", {}, version),
    slots.length
      ? slots.map((model) => [badge(...SLOTS[model.slot]), model.slot === "CANARY" ? ` ${percent(model.share)} ` : " "])
      : live
        ? badge("live, not serving", "bad")
        : h("span", { class: "dim" }, "candidate"),
    percent(facts?.metrics.top1),
    percent(facts?.metrics.top3),
    [data(facts), facts?.hasReport && report(version)],
    gates(facts),
    actions(version, slots, state, facts, change),
  ];
}

function data(facts) {
  if (!facts || facts.broken) return "–";
  if (!facts.trainingRows) return "trained elsewhere";
  const day = (text) => text.slice(0, 10);
  return h("span", { class: "nowrap" }, `${count(facts.trainingRows)} rows`, h("small", {}, `${day(facts.dataFrom)} to ${day(facts.dataTo)}`), facts.created && h("small", {}, "made ", day(facts.created)));
}

/** A page of its own, in another tab. */
const report = (version) =>
  h("small", {}, h("a", { href: `/api/inference/v1/models/${id(version)}/report`, target: "_blank", rel: "noopener" }, "report"));

function gates(facts) {
  if (!facts) return "–";
  if (facts.broken) return h("span", {}, badge("broken", "bad"), h("small", {}, facts.broken));
  if (!facts.gateFailures.length) return badge("passed", "good");
  return h("details", {}, h("summary", {}, `${facts.gateFailures.length} failed`), h("ul", {}, facts.gateFailures.map((one) => h("li", {}, one))));
}

function actions(version, slots, state, facts, change) {
  const is = (name) => slots.some((model) => model.slot === name);
  if (is("LIVE") || facts?.broken) return "";
  const path = `/inference/v1/models/${id(version)}`;
  const live = slotOf(state, "LIVE");
  const failed = facts?.gateFailures.length ? [`${facts.gateFailures.length} of its gates failed, so this will be refused. ./attune models promote --force overrides them.`] : [];
  const share = percent(CANARY_SHARE);
  return h(
    "span",
    { class: "actions edit" },
    edit("Make live", () =>
      change({
        title: `Make ${version} live?`,
        says: [`It scores all users from now on instead of ${live?.version ?? "nobody"}. Every user is scored anew, and a canary ends.`, "Rolling back brings the present version back.", ...failed],
        yes: "Make live",
        action: (reason) => post(because(`${path}/promote`, reason)),
      }),
    ),
    !is("CANARY") &&
      edit(`${share} of users`, () =>
        change({
          title: `Give ${version} ${share} of the users?`,
          says: [`A tenth of the users, chosen by a hash, are scored by it. The others stay with ${live?.version}. The experiments page compares both.`, ...failed],
          yes: `Give it ${share}`,
          action: (reason) => post(because(`${path}/canary?share=${CANARY_SHARE}`, reason)),
        }),
      ),
    !is("SHADOW") &&
      edit("Shadow", () =>
        change({
          title: `Make ${version} the shadow?`,
          says: ["It scores along, and how often it agrees is counted. No user sees what it says."],
          yes: "Make it the shadow",
          action: (reason) => post(because(`${path}/shadow`, reason)),
        }),
      ),
  );
}

const edit = (label, onclick) => button(label, onclick, "quiet edit");

function comparison(shadow) {
  const compared = shadow.agreed + shadow.differed;
  return card(
    "The shadow beside what serves",
    shadow.version,
    compared
      ? h("p", {}, h("b", {}, percent(shadow.agreed / compared)), ` of ${count(compared)} rows get the same intent. On average ${percent(shadow.meanDistance)} of the probability lies elsewhere.`)
      : dim("It has not scored a row yet. Each event of a user brings one."),
    shadow.failed > 0 && h("p", { class: "trouble" }, `${count(shadow.failed)} rows failed.`),
    shadow.dropped > 0 && dim(`${count(shadow.dropped)} rows were not compared, because it is slower than what serves.`),
  );
}
