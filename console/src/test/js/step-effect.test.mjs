/** What a step changed, said in a line. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { effectOf, Steps } from "../../main/resources/static/pages/step-effect.js";

const user = (label, probability, segments = [], features = {}) => ({
  prediction: label && { label, probabilities: { [label]: probability, other: 1 - probability } },
  segments,
  features,
});

test("the first look says the intent", () => {
  assert.equal(effectOf(null, user("order_status", 0.61)), "order status 61 %");
});

test("a step that changes nothing says nothing", () => {
  const same = user("refund", 0.5, ["loyal"], { pages_1h: 1 });
  assert.equal(effectOf(same, structuredClone(same)), null);
  assert.equal(effectOf(null, user(null)), null);
});

test("a step that leaves the intent and changes something else says both", () => {
  const before = user("refund", 0.9148, [], { messages_1h: 0 });
  const now = user("refund", 0.9151, [], { messages_1h: 1 });

  assert.equal(effectOf(before, now), "still refund 91.5 %; messages 1h 1");
});

test("intent, segments and features that changed are named, few of many", () => {
  const before = user("order_status", 0.3, ["new", "loyal"], { a: 1, b: null, c: "x", d: 1, e: 5, f: 2 });
  const now = user("refund", 0.625, ["loyal", "upset"], { a: 2, b: "/orders", c: null, d: 1, e: 6, f: 3 });

  assert.equal(
    effectOf(before, now),
    "order status 30 % → refund 62.5 %; +upset, −new; a 2, b /orders, c unknown, 2 more",
  );
});

test("what comes late is the step's that sent the event, not the newest one's", () => {
  let accepted;
  const steps = new Steps(() => accepted);
  const knownAt = (token, label) => ({ ...user(label, 0.5), prediction: { ...user(label, 0.5).prediction, eventToken: token } });
  steps.know(knownAt("3-9", "other_topic"));

  const first = steps.begin("first");
  accepted = "3-10";
  steps.sent(first);
  const second = steps.begin("second");
  steps.know(knownAt("3-10", "refund"));
  assert.deepEqual(steps.effects(), [["first", "other topic 50 % → refund 50 %"]]);

  // before the answer to what was sent
  accepted = "3-12";
  steps.know(knownAt("3-12", "order_status"));
  steps.sent(second);
  assert.deepEqual(steps.effects(), [
    ["first", "other topic 50 % → refund 50 %"],
    ["second", "refund 50 % → order status 50 %"],
  ]);
});

test("known before the first step isn't the first step's", () => {
  const steps = new Steps(() => "3-1");
  steps.know({ ...user("refund", 0.5), prediction: { ...user("refund", 0.5).prediction, eventToken: "3-1" } });
  steps.sent(steps.begin("first"));

  assert.deepEqual(steps.effects(), []);
});
