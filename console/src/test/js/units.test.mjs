import assert from "node:assert/strict";
import { test } from "node:test";
import { about, datedMinute, difference, duration, minute, percent } from "../../main/resources/static/units.js";
import { valueOf } from "../../main/resources/static/pages/knowledge.js";
import { act, actor, isFault, outcomeOf, replyReason } from "../../main/resources/static/reasons.js";

test("lengths of time are said as one would say them", () => {
  assert.equal(about(0.0133), "less than an hour");
  assert.equal(about(0.5), "about 12 hours");
  assert.equal(about(1), "about a day");
  assert.equal(about(2.7), "about 3 days");
  assert.equal(about(30), "about 4 weeks");
  assert.equal(about(200), "about 7 months");
  assert.equal(about(Number.NaN), "an unknown time");
});

test("durations have the unit that fits", () => {
  assert.equal(duration(0.0254), "25.4 ms");
  assert.equal(duration(45), "45 s");
  assert.equal(duration(59.9), "1 min");
  assert.equal(duration(600), "10 min");
  assert.equal(duration(10_000), "2.8 h");
  assert.equal(duration(400_000), "4.63 days");
  assert.equal(duration(null), "–");
});

test("differences have a sign, and shares are compared in points", () => {
  assert.equal(difference(0.113, "share"), "+11.3 points");
  assert.equal(difference(-0.0004, "share"), "−0.04 points");
  assert.equal(difference(-90, "seconds"), "−1.5 min");
  assert.equal(difference(0, "number"), "±0");
  assert.equal(percent(0.5), "50 %");
});

test("codes become words", () => {
  assert.equal(replyReason("store_unavailable", 0.02), "Redis took longer than 20 ms");
  assert.equal(replyReason("store_unavailable"), "Redis did not answer in time");
  assert.equal(replyReason("rule:order-status"), "Rule order status");
  assert.equal(replyReason("something_new"), "something new");
  assert.equal(isFault("log_full"), true);
  assert.equal(isFault("control_group"), false);
  assert.equal(isFault("stale"), false);
  assert.equal(replyReason("stale"), "What was known of the user was too old");
  assert.equal(act({ action: "sign_in", outcome: "refused" }), "was refused a sign-in");
  assert.equal(act({ action: "erase", outcome: "allowed" }), "erased a user");
  assert.equal(actor("user:ada"), "ada");
  assert.equal(actor("key:web:1"), "the key web:1");
});

test("what came of a conversation is said by what matters most", () => {
  const outcome = (more) => ({ agentReplies: 0, automatedReplies: 0, issuesOpened: 0, issuesResolved: 0, csat: null, ...more });

  assert.deepEqual(outcomeOf(null), [["open", "accent"]]);
  assert.deepEqual(outcomeOf(outcome({})), [["over", ""]]);
  assert.deepEqual(outcomeOf(outcome({ agentReplies: 2, automatedReplies: 2 })), [["over", ""]]);
  assert.deepEqual(outcomeOf(outcome({ issuesOpened: 1, issuesResolved: 1, csat: 4 })), [["solved", "good"], ["rated 4", ""]]);
  assert.deepEqual(outcomeOf(outcome({ issuesOpened: 1, agentReplies: 1 })), [
    ["issue unsolved", "warn"],
    ["1 answer by a person", ""],
  ]);
  assert.deepEqual(outcomeOf(outcome({ issuesOpened: 3, issuesResolved: 1 })), [["2 issues unsolved", "warn"]]);
});

test("a time of some weeks names its day, which a weekday alone does not", () => {
  const at = new Date(2026, 0, 7, 9, 5).getTime() / 1000;
  const weekLater = new Date(2026, 0, 14, 9, 5).getTime() / 1000;

  assert.equal(minute(at), "Wed 09:05");
  assert.equal(datedMinute(at), "Wed, Jan 7, 09:05");
  assert.equal(datedMinute(weekLater), "Wed, Jan 14, 09:05");
});

test("a feature's value is shown as it is, a length of time in its unit", () => {
  assert.equal(valueOf("plan", "pro_plus-2"), "pro_plus-2");
  assert.equal(valueOf("last_page", "/help/late-delivery"), "/help/late-delivery");
  assert.equal(valueOf("plan", null), "unknown");
  assert.equal(valueOf("plan", false), "false");
  assert.equal(valueOf("session_seconds", 90), "1.5 min");
  assert.equal(valueOf("visits_7d", 3), "3");
});
