import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics, growth, quantile } from "../../main/resources/static/metrics.js";

const FIRST = new Metrics(`# TYPE replies_total counter
replies_total{reason="rule:a",personalized="true"} 3
replies_total{reason="say \\"no\\", then",personalized="false"} 5.0
age_seconds_bucket{le="0.1"} 10
age_seconds_bucket{le="1.0"} 10
age_seconds_bucket{le="+Inf"} 10
`);
const LATER = new Metrics(`replies_total{reason="rule:a",personalized="true"} 13
replies_total{reason="say \\"no\\", then",personalized="false"} 5
age_seconds_bucket{le="0.1"} 60
age_seconds_bucket{le="1.0"} 109
age_seconds_bucket{le="+Inf"} 110
`);

test("adds up the series whose labels pass", () => {
  assert.equal(FIRST.sum("replies_total"), 8);
  assert.equal(
    FIRST.sum("replies_total", (labels) => labels.personalized === "true"),
    3,
  );
  assert.equal(FIRST.of("replies_total")[1].labels.personalized, "false");
  assert.equal(FIRST.sum("no_such_total"), 0);
});

test("tells how much a counter grew, also over a restart", () => {
  assert.equal(growth(FIRST, LATER, "replies_total"), 10);
  assert.equal(growth(null, LATER, "replies_total"), 18);
  assert.equal(growth(LATER, FIRST, "replies_total"), 8);
});

test("reckons quantiles of what came between two looks", () => {
  // 50 at most 0.1 s, 49 more at most 1 s, 1 above
  assert.equal(quantile(FIRST, LATER, "age_seconds", 0.25), 0.05);
  assert.equal(quantile(FIRST, LATER, "age_seconds", 0.5), 0.1);
  assert.equal(quantile(FIRST, LATER, "age_seconds", 0.99), 1);
  assert.equal(quantile(FIRST, LATER, "age_seconds", 0.999), 1);
  assert.equal(quantile(LATER, LATER, "age_seconds", 0.5), null);
});
