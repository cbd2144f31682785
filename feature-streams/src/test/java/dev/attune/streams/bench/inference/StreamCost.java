package dev.attune.streams.bench.inference;

import dev.attune.bench.Row;
import dev.attune.bench.server.BenchServer;
import dev.attune.bench.server.Prometheus;
import java.time.Duration;
import java.util.List;

/** What predictions over the stream cost the service. */
record StreamCost(double predictions, double batches, Duration processor) {
  static StreamCost soFar(BenchServer service) {
    return new StreamCost(
        Prometheus.sum(service.management(), "attune_freshness_seconds_count"),
        Prometheus.sum(service.management(), "attune_scoring_batch_count"),
        service.processorTime());
  }

  StreamCost since(StreamCost before) {
    return new StreamCost(
        predictions - before.predictions,
        batches - before.batches,
        processor.minus(before.processor));
  }

  List<Row> rows() {
    return List.of(
        Row.of("processor time a prediction over the stream", micros(), "µs"),
        Row.of("calls scored together", predictions / batches, ""));
  }

  double micros() {
    return processor.toNanos() / 1e3 / predictions;
  }
}
