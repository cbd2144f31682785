package dev.attune.bench.responses;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.ComparedFigure;
import dev.attune.bench.Row;
import dev.attune.bench.empty.EmptyServer;
import dev.attune.bench.http.HttpLoad;
import dev.attune.bench.http.LoadResult;
import dev.attune.bench.server.BenchServer;
import dev.attune.bench.server.Prometheus;
import dev.attune.local.infra.Infra;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The measurements of one run; a reply that is not a 200 ends it. */
final class ResponsesRun implements AutoCloseable {
  private static final int CONNECTIONS = 32;
  private static final int FEW = 1_000;
  private static final int MANY = 1_000_000;

  /** Phases; the optimising compiler shares two processors with the load. */
  private static final int LONGEST_WARM_UP = 15;

  /** Phases in a row without a new best before a server counts as warm. */
  private static final int STEADY_PHASES = 5;

  private static final String REPLIES = "attune_replies_total";

  private static final double FASTER = 1.05;

  private final BenchmarkRun bench;
  private final Infra infra;
  private final Path playbook;
  private final BenchServer replies;
  private final BenchServer empty;
  private double mostReplies;
  private double repliesBefore;
  private double unavailableBefore;

  private ResponsesRun(
      BenchmarkRun bench, Infra infra, Path playbook, BenchServer replies, BenchServer empty) {
    this.bench = bench;
    this.infra = infra;
    this.playbook = playbook;
    this.replies = replies;
    this.empty = empty;
  }

  static ResponsesRun start(BenchmarkRun bench) throws Exception {
    bench.say("starting broker, registry, Redis, response-api and empty handler");
    Path folder = Files.createTempDirectory("attune-bench");
    Path playbook = bench.checkout().root().resolve("playbooks/support");
    Infra infra = Infra.start();
    StoredUsers.write(infra.redisUri(), playbook, 0, FEW);
    BenchServer replies =
        BenchServer.service(
            bench,
            "response-api",
            "RESPONSES",
            folder,
            Map.of(
                "ATTUNE_KAFKA_BOOTSTRAP_SERVERS", infra.bootstrapServers(),
                "ATTUNE_SCHEMA_REGISTRY_URL", infra.registryUrl().toString(),
                "ATTUNE_REDIS_URI", infra.redisUri(),
                "ATTUNE_PLAYBOOK", playbook.toString()));
    BenchServer empty = EmptyServer.start(bench, folder);
    return new ResponsesRun(bench, infra, playbook, replies, empty);
  }

  /** Until the optimising compiler has nothing left to gain. */
  void warmUp() {
    bench.say("warming up");
    steady(empty);
    steady(replies);
    repliesBefore = Prometheus.sum(replies.management(), REPLIES);
    unavailableBefore = unavailable();
  }

  private void steady(BenchServer server) {
    double best = 0;
    int steady = 0;
    for (int i = 0; i < LONGEST_WARM_UP && steady < STEADY_PHASES; i++) {
      double now = perSecond(server, FEW, false);
      steady = now > FASTER * best ? 0 : steady + 1;
      best = Math.max(best, now);
    }
    bench.say("  %,.0f requests/s".formatted(best));
  }

  Row most() {
    ComparedFigure median =
        bench.inTurns(
            "replies at 32 connections",
            () -> perSecond(replies, FEW, false),
            () -> perSecond(empty, FEW, false));
    mostReplies = Math.min(median.value(), median.baseline());
    return Row.of("replies, 32 connections, all read from Redis", median.value(), "requests/s")
        .comparedWith("empty handler", median.baseline());
  }

  /** Without what the load, Redis and the broker use; steadier than a rate on a busy machine. */
  Row processorTime() {
    ComparedFigure median =
        bench.inTurns(
            "processor time, µs", () -> processorMicros(replies), () -> processorMicros(empty));
    return Row.of("processor time a reply, 32 connections", median.value(), "µs")
        .comparedWith("empty handler", median.baseline());
  }

  private double processorMicros(BenchServer server) {
    long before = server.processorTime().toNanos();
    LoadResult result = load(server, FEW, false).closedLoop(bench.phase());
    return (server.processorTime().toNanos() - before) / 1e3 / result.complete().answered();
  }

  Row tailAtHalfLoad() {
    double rate = mostReplies / 2;
    ComparedFigure median =
        bench.inTurns(
            "open loop, %.0f requests/s".formatted(rate),
            () -> p99(replies, rate),
            () -> p99(empty, rate));
    return Row.of("p99 at half load, %.0f requests/s".formatted(rate), median.value(), "ms")
        .comparedWith("empty handler", median.baseline());
  }

  Row nearCache() {
    ComparedFigure median =
        bench.inTurns(
            "near cache",
            () -> perSecond(replies, FEW, true),
            () -> perSecond(replies, FEW, false));
    return Row.of("replies that name an event, near cache on", median.value(), "requests/s")
        .comparedWith("all read from Redis", median.baseline());
  }

  /** The time of one request, as the inverse of the rate: it must not grow with the users. */
  Row growth() {
    bench.say("storing a million users");
    double few = 1e6 / perSecond(replies, FEW, false);
    StoredUsers.write(infra.redisUri(), playbook, FEW, MANY);
    ComparedFigure median =
        bench.inTurns(
            "a million users",
            () -> 1e6 / perSecond(replies, MANY, false),
            () -> 1e6 / perSecond(replies, FEW, false));
    bench.say("before they were stored: %.1f µs".formatted(few));
    return Row.of("time a reply, 1,000,000 users in Redis", median.value(), "µs")
        .comparedWith("1,000 users", median.baseline());
  }

  /** Replies that were generic since the decision log was full: the log's own limit. */
  Row unlogged() {
    double all = Prometheus.sum(replies.management(), REPLIES);
    double full = Prometheus.sum(replies.management(), "attune_decisions_refused_total");
    return Row.of("replies that found the decision log full", 100 * full / all, "%");
  }

  /** Replies that were generic since Redis was late, hence cheaper: many would spoil a figure. */
  Row late() {
    double all = Prometheus.sum(replies.management(), REPLIES) - repliesBefore;
    return Row.of(
        "replies that Redis did not answer within 20 ms",
        100 * (unavailable() - unavailableBefore) / all,
        "%");
  }

  private double unavailable() {
    return Prometheus.sum(replies.management(), REPLIES, "reason=\"store_unavailable\"");
  }

  private double perSecond(BenchServer server, int users, boolean after) {
    return load(server, users, after).closedLoop(bench.phase()).complete().perSecond();
  }

  private double p99(BenchServer server, double rate) {
    return load(server, FEW, false).openLoop(bench.phase(), rate).complete().millis(99);
  }

  private static HttpLoad load(BenchServer server, int users, boolean after) {
    return new HttpLoad(server.address(), CONNECTIONS, new ReplyRequests(users, after));
  }

  @Override
  public void close() {
    replies.close();
    empty.close();
    infra.close();
  }
}
