package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An event as metrics see it. Nothing else of it is kept: neither its text nor who sent it.
 *
 * @param time when it happened, epoch milliseconds
 * @param channel that it came by; empty when it doesn't tell
 * @param brought what it brings to which metric, encoded; only metrics that it brings something
 */
record EarlyEvent(long time, String channel, byte[] brought) {
  static EarlyEvent of(List<Metric> metrics, InteractionEvent event) {
    long time = event.getOccurredAt();
    var out = new ByteWriter(64);
    for (Metric metric : metrics) {
      var tally = new MetricTally();
      tally.observe(metric, event);
      if (!tally.isEmpty()) {
        out.text(metric.name());
        tally.write(time, out);
      }
    }
    String channel = Objects.requireNonNullElse(event.getChannel(), "");
    return new EarlyEvent(time, channel, out.toByteArray());
  }

  /** By the metric's name. */
  Map<String, MetricTally> tallies() {
    Map<String, MetricTally> tallies = new HashMap<>();
    var in = new ByteReader(brought);
    while (in.hasMore()) {
      String metric = in.text();
      tallies.put(metric, MetricTally.read(time, in));
    }
    return tallies;
  }
}
