import assert from "node:assert/strict";
import { test } from "node:test";
import { concerns, linesOf, masksIn, pretty, tellsWhen } from "../../main/resources/static/json-text.js";

test("it is laid out as it was written: nothing twice is dropped, no number is rounded", () => {
  const sent = '{"a":12345678901234567890,"a":1.0,"b":{"text":"x, {y}: \\"z\\" [1]","list":[1,[],{}]},"e":{} }';

  assert.equal(
    pretty(sent),
    `{
  "a": 12345678901234567890,
  "a": 1.0,
  "b": {
    "text": "x, {y}: \\"z\\" [1]",
    "list": [
      1,
      [],
      {}
    ]
  },
  "e": {}
}`,
  );
});

test("whatever JSON it is, it stays the same JSON", () => {
  for (const value of [1, "a", null, [], {}, [[]], [{}, { a: [] }], { a: { b: [1, { c: "d" }] } }, { "a.b": { "": 1 } }]) {
    assert.deepEqual(JSON.parse(pretty(JSON.stringify(value))), value);
    assert.deepEqual(JSON.parse(pretty(JSON.stringify(value, null, 3))), value);
  }
});

test("a line is found by its path, not by a value that reads alike", () => {
  const lines = linesOf('{"type":"clicked","clicked":{"element":1,"clicked":2},"list":[{"type":3}]}');
  const marked = (field) => lines.filter((line) => concerns(line.path, field)).map((line) => line.text.trim());

  assert.deepEqual(marked("clicked"), ['"clicked": {', '"element": 1,', '"clicked": 2']);
  assert.deepEqual(marked("type"), ['"type": "clicked",']);
  assert.deepEqual(marked("clicked.element"), ['"element": 1,']);
  assert.deepEqual(marked("list[0].type"), ['"type": 3']);
  assert.deepEqual(marked(null), []);
});

test("what is no JSON stays as it is", () => {
  assert.equal(pretty('{"a":\n oops'), '{"a":\n oops');
  assert.equal(linesOf("x")[0].path, null);
});

test("masks are found in texts only", () => {
  assert.deepEqual(masksIn('{"a":["x"],"t":"write to [email] or [email], [phone]","n":[true]}'), ["[email]", "[phone]"]);
  assert.deepEqual(masksIn('{"list":[null]}'), []);
});

test("whether it tells when it happened", () => {
  assert.equal(tellsWhen('{"occurredAt":"2026-01-02T10:00:00Z"}'), true);
  assert.equal(tellsWhen('{"occurredAt":null}'), false);
  assert.equal(tellsWhen("oops"), false);
});
