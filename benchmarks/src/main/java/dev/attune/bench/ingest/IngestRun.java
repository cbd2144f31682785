package dev.attune.bench.ingest;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.ComparedFigure;
import dev.attune.bench.Row;
import dev.attune.bench.WarmUp;
import dev.attune.bench.http.HttpLoad;
import dev.attune.bench.http.LoadResult;
import dev.attune.bench.server.BenchServer;
import dev.attune.bench.server.Prometheus;
import java.time.Duration;
import java.util.function.Supplier;

/** The measurements of one run. */
final class IngestRun {
  private static final int BATCH = 100;
  private static final long FIRST_PERF_RECORDS = 200_000;

  private final BenchmarkRun bench;
  private final IngestSetting setting;
  private final EventRequests single = EventRequests.of(1);
  private final EventRequests batch = EventRequests.of(BATCH);
  private double perfRate;
  private double mostSingles;

  IngestRun(BenchmarkRun bench, IngestSetting setting) {
    this.bench = bench;
    this.setting = setting;
  }

  void warmUp() {
    bench.say("warming up");
    perfRate = setting.perf().run(FIRST_PERF_RECORDS, FIRST_PERF_RECORDS / 2);
    warmUp("gateway, batches", setting.gateway(), 8, batch);
    warmUp("gateway, single events", setting.gateway(), 128, single);
    warmUp("empty handler", setting.empty(), 128, single);
  }

  private void warmUp(String what, BenchServer server, int connections, EventRequests requests) {
    int phases =
        WarmUp.run(() -> load(server, connections, requests).closedLoop(bench.phase()).perSecond());
    bench.say("%s: steady after %d phases".formatted(what, phases));
  }

  Row batches() {
    ComparedFigure median =
        bench.inTurns(
            "batches of " + BATCH + " at 8 connections", this::gatewayBatches, this::perf);
    return Row.of(
            "events in batches of %d, 8 connections".formatted(BATCH), median.value(), "events/s")
        .comparedWith("producer-perf-test", median.baseline());
  }

  private double gatewayBatches() {
    return load(setting.gateway(), 8, batch).closedLoop(bench.phase()).complete().perSecond()
        * BATCH;
  }

  private double perf() {
    long records = Math.max(1, (long) (perfRate * bench.phase().toMillis() / 1e3));
    return setting.perf().run(records + records / 2, records / 2);
  }

  Row singles() {
    ComparedFigure median =
        bench.inTurns(
            "single events at 128 connections",
            () -> most(setting.gateway()),
            () -> most(setting.empty()));
    mostSingles = median.value();
    return Row.of("single events, 128 connections", median.value(), "requests/s")
        .comparedWith("empty handler", median.baseline());
  }

  private double most(BenchServer server) {
    return load(server, 128, single).closedLoop(bench.phase()).complete().perSecond();
  }

  Row medianAt32() {
    ComparedFigure median =
        bench.inTurns(
            "single events at 32 connections",
            () -> p50(setting.gateway()),
            () -> p50(setting.empty()));
    return Row.of("p50, single events, 32 connections", median.value(), "ms")
        .comparedWith("empty handler", median.baseline());
  }

  private double p50(BenchServer server) {
    return load(server, 32, single).closedLoop(bench.phase()).complete().millis(50);
  }

  Row tailAtHalfLoad() {
    double rate = mostSingles / 2;
    ComparedFigure median =
        bench.inTurns(
            "half load, %.0f requests/s".formatted(rate),
            () -> p99(setting.gateway(), rate),
            () -> p99(setting.empty(), rate));
    return Row.of("p99 at half load, %.0f requests/s".formatted(rate), median.value(), "ms")
        .comparedWith("empty handler", median.baseline());
  }

  private double p99(BenchServer server, double rate) {
    return load(server, 128, single).openLoop(bench.phase(), rate).complete().millis(99);
  }

  /** Without the broker's and the load's share; steadier than a rate on a busy machine. */
  Row processorTime() {
    ComparedFigure median =
        bench.inTurns(
            "processor time",
            () -> processorMicros(setting.gateway()),
            () -> processorMicros(setting.empty()));
    return Row.of("processor time a single event, 128 connections", median.value(), "µs")
        .comparedWith("empty handler", median.baseline());
  }

  private double processorMicros(BenchServer server) {
    return micros(server, server::processorTime);
  }

  /** What storing and acknowledging cost where they are done, on the same processors. */
  Row brokerTime() {
    double micros = micros(setting.gateway(), setting::brokerProcessorTime);
    return Row.of("broker's processor time a single event, 128 connections", micros, "µs");
  }

  private double micros(BenchServer server, Supplier<Duration> used) {
    long before = used.get().toNanos();
    LoadResult result = load(server, 128, single).closedLoop(bench.phase()).complete();
    return (used.get().toNanos() - before) / 1e3 / result.answered();
  }

  Row allocation() {
    ComparedFigure median = bench.inTurns("allocation", () -> allocated(128), () -> allocated(8));
    return Row.of("allocated a request, 128 connections", median.value(), "KiB")
        .comparedWith("8 connections", median.baseline());
  }

  /** Counted by the collector when it runs: exact to one young generation. */
  private double allocated(int connections) {
    double before = allocatedBytes();
    long start = answered();
    load(setting.gateway(), connections, single).closedLoop(bench.phase()).complete();
    return (allocatedBytes() - before) / (answered() - start) / 1024;
  }

  private double allocatedBytes() {
    return Prometheus.sum(setting.gateway().management(), "jvm_gc_memory_allocated_bytes_total");
  }

  private long answered() {
    return (long)
        Prometheus.sum(setting.gateway().management(), "attune_ingest_accepted_events_total");
  }

  private static HttpLoad load(BenchServer server, int connections, EventRequests requests) {
    return new HttpLoad(server.address(), connections, requests);
  }
}
