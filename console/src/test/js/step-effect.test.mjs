/** What a step changed, said in a line. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { effectOf } from "../../main/resources/static/pages/step-effect.js";

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

test("intent, segments and features that changed are named, few of many", () => {
  const before = user("order_status", 0.3, ["new", "loyal"], { a: 1, b: null, c: "x", d: 1, e: 5, f: 2 });
  const now = user("refund", 0.625, ["loyal", "upset"], { a: 2, b: "/orders", c: null, d: 1, e: 6, f: 3 });

  assert.equal(
    effectOf(before, now),
    "order status 30 % → refund 62.5 %; +upset, −new; a 2, b /orders, c unknown, 2 more",
  );
});
