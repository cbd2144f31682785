package dev.attune.streams.bench.inference;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.model.BenchModel;
import dev.attune.schemas.grpc.Category;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Lane;
import dev.attune.streams.dispatch.OwedCalls;
import dev.attune.streams.scoring.GrpcReplicas;
import dev.attune.streams.scoring.ScoringMeters;
import dev.attune.streams.scoring.ScoringSettings;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One thread that has users scored, over the client and with the settings of feature-streams: as
 * the dispatcher does it, commits every 100 ms included, and waiting for each answer. Every request
 * is of another user, so nothing is conflated.
 */
final class Calls implements AutoCloseable {
  private static final long COMMIT_NANOS = Duration.ofMillis(100).toNanos();

  private final ScoringSettings settings;
  private final GrpcReplicas scoring;
  private final SplittableRandom random = new SplittableRandom(7);
  private long users;

  Calls(int port, String secret) {
    settings = settings(port, secret);
    scoring = new GrpcReplicas(settings, new ScoringMeters(new SimpleMeterRegistry()), Tracing.OFF);
  }

  static ScoringSettings settings(int port, String secret) {
    return new ScoringSettings(
        List.of("127.0.0.1:" + port),
        secret,
        false,
        Duration.ofSeconds(2),
        512,
        Duration.ofSeconds(8),
        Duration.ofSeconds(20),
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        32,
        Duration.ofMillis(500));
  }

  /** Completed calls a second, of as many in flight as the window lets. */
  double dispatched(Duration duration) throws Exception {
    CommitBarrier barrier =
        new CommitBarrier(settings.barrierLimit(), settings.submitLimit(), waited -> {});
    try (Dispatcher<String, ScoreRequest> dispatcher =
        new Dispatcher<>(settings.dispatch(), scoring, barrier)) {
      Lane<String, ScoreRequest> lane = dispatcher.open(new NothingOwed(), key -> null);
      long start = System.nanoTime();
      long end = start + duration.toNanos();
      long commit = start + COMMIT_NANOS;
      long calls = 0;
      for (long now = start; now < end; now = System.nanoTime()) {
        ScoreRequest request = request();
        lane.submit(request.getUserId(), request);
        calls++;
        if (now > commit) {
          barrier.pass();
          commit = System.nanoTime() + COMMIT_NANOS;
        }
      }
      barrier.pass();
      double rate = calls / ((System.nanoTime() - start) / 1e9);
      lane.close();
      return rate;
    }
  }

  /** Completed calls a second. */
  double blocking(Duration duration) throws InterruptedException {
    long start = System.nanoTime();
    long calls = 0;
    while (System.nanoTime() - start < duration.toNanos()) {
      CountDownLatch answered = new CountDownLatch(1);
      scoring.all().getFirst().call(request(), outcome -> answered.countDown());
      answered.await();
      calls++;
    }
    return calls / ((System.nanoTime() - start) / 1e9);
  }

  /**
   * How long it took until one call's prediction was stored.
   *
   * @param message the user's newest; null: there is none
   */
  Duration answered(@Nullable String message) throws Exception {
    ScoreRequest request =
        message == null ? request() : request().toBuilder().setMessage(message).build();
    var outcome = new CompletableFuture<CallOutcome>();
    long start = System.nanoTime();
    scoring.all().getFirst().call(request, outcome::complete);
    CallOutcome answer = outcome.get();
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    if (answer != CallOutcome.SETTLED) {
      throw new BenchmarkException("a call was not settled: " + answer);
    }
    return time;
  }

  /**
   * As large as the support playbook's; the numbers are what the bench's own model reads, another
   * row each time, so that no path through the trees is hot.
   */
  private ScoreRequest request() {
    ScoreRequest.Builder request =
        ScoreRequest.newBuilder()
            .setUserId("customer-" + users++)
            .setSessionId("s-1")
            .setFeatureSetId("features-of-the-benchmark");
    for (int i = 0; i < BenchModel.COLUMNS; i++) {
      request.addNumbers(random.nextGaussian());
    }
    for (int i = 0; i < 4; i++) {
      request.addCategories(Category.newBuilder().setValue("value-" + i));
    }
    return request.build();
  }

  @Override
  public void close() {
    scoring.close();
  }

  /** The model never fails, so nothing is ever marked; should it be, the figure would be wrong. */
  private static final class NothingOwed implements OwedCalls<String> {
    @Override
    public void mark(String key) {
      throw new IllegalStateException("a call was given up: the machine is too busy to measure");
    }

    @Override
    public void clear(String key) {}

    @Override
    public List<String> next(int limit, Predicate<String> filter) {
      return List.of();
    }

    @Override
    public boolean isEmpty() {
      return true;
    }
  }
}
