import assert from "node:assert/strict";
import { test } from "node:test";
import { daysOf, eventWords, linesOf, visitsOf } from "../../main/resources/static/timeline.js";

const at = (clock) => `2026-01-02T${clock}:00Z`;
const event = (clock, type, body = {}, more = {}) => ({ occurredAt: at(clock), type, [type]: body, ...more });

test("what happened is said in words", () => {
  const says = (type, body) => eventWords(event("10:00", type, body)).filter(Boolean).join(" ");
  assert.equal(says("feedback", { kind: "csat", score: 4 }), "rated 4 of 5");
  assert.equal(says("feedback", { kind: "thumbs", score: -1, comment: "no" }), "thumbs down “no”");
  assert.equal(says("feedback", { kind: "nps", score: 9 }), "would recommend it: 9 of 10");
  assert.equal(says("page_viewed", { page: "/help", seconds: 190 }), "looked at /help, for 3.2 min");
  assert.equal(says("clicked", { element: "open-chat", page: "/help" }), "clicked open-chat, on /help");
  assert.equal(says("message_sent", { text: "kind: csat" }), "wrote kind: csat");
  assert.equal(says("message_sent", { length: 12 }), "wrote 12 characters, whose text is not kept");
  assert.equal(says("agent_replied", { responseSeconds: 90, automated: false }), "was answered by a person who took 1.5 min");
  assert.equal(says("agent_replied", { responseSeconds: 2, automated: true }), "was answered by a program that took 2 s");
  assert.equal(says("agent_replied", { automated: false }), "was answered by a person");
  assert.equal(says("issue_opened", { issueId: "i", category: "late_delivery" }), "has an issue late delivery");
  assert.equal(says("custom", { name: "coupon_used", properties: { value: 3 } }), "coupon used value: 3");
  assert.equal(says("brought_by_a_later_version", { some_thing: 1 }), "brought by a later version some thing: 1");
});

test("lines stand in their session, the newest visit first, each as it went", () => {
  const history = {
    events: [event("10:00", "session_started"), event("10:05", "message_sent", { text: "hi" }), event("15:00", "clicked", { element: "a" })],
    decisions: [{ decisionId: "d-1", decidedAt: at("10:06"), text: "Hello" }],
    segmentChanges: [{ occurredAt: at("12:00"), segment: "new_user", change: "entered" }],
  };
  const sessions = [{ sessionId: null, startedAt: at("10:00"), endedAt: at("10:05"), decisionIds: ["d-1"] }];

  const visits = visitsOf(linesOf(history), sessions);

  assert.deepEqual(
    visits.map((visit) => [visit.session != null, visit.lines.map((line) => line.at.slice(11, 16))]),
    [
      [false, ["15:00"]],
      [false, ["12:00"]],
      [true, ["10:00", "10:05", "10:06"]],
    ],
  );
  assert.equal(daysOf(visits).length, 1);
  assert.deepEqual(visitsOf([], sessions).map((visit) => visit.lines.length), [0]);
});

test("what is silent for less than half an hour is one visit", () => {
  const lines = linesOf({ events: [event("10:00", "clicked"), event("10:29", "clicked"), event("11:30", "clicked")] });
  assert.deepEqual(visitsOf(lines, []).map((visit) => visit.lines.length), [1, 2]);
});

test("overlapping sessions of two clients keep their own events", () => {
  const sessions = [
    { sessionId: "a", startedAt: at("10:00"), endedAt: at("11:00") },
    { sessionId: "b", startedAt: at("10:10"), endedAt: at("10:50") },
  ];
  const lines = linesOf({ events: [event("10:20", "clicked", {}, { sessionId: "a" }), event("10:20", "clicked", {}, { sessionId: "b" })] });
  assert.deepEqual(visitsOf(lines, sessions).map((visit) => [visit.session.sessionId, visit.lines.length]), [["a", 1], ["b", 1]]);
});
