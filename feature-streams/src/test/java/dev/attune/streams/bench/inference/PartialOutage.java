package dev.attune.streams.bench.inference;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Lane;
import dev.attune.streams.dispatch.OwedInMemory;
import dev.attune.streams.dispatch.Replica;
import dev.attune.streams.dispatch.Replicas;
import dev.attune.streams.scoring.GrpcReplicas;
import dev.attune.streams.scoring.ScoringMeters;
import dev.attune.streams.scoring.ScoringSettings;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One stream thread with 1,000 events a second of 2,000 users and a commit every two seconds, over
 * real gRPC, while a share of the users can't be scored. Only the others are measured: from the
 * moment an event is due until its answer.
 */
final class PartialOutage {
  private static final int USERS = 2_000;
  private static final long INTERVAL = Duration.ofMillis(1).toNanos();
  private static final long COMMIT = Duration.ofSeconds(2).toNanos();
  private static final long TICK = Duration.ofMillis(250).toNanos();

  private final Histogram micros = new ConcurrentHistogram(3);
  private final SplittableRandom random = new SplittableRandom(11);
  private final ScoreRequest[] newest = new ScoreRequest[USERS];
  private final int percent;

  private PartialOutage(int percent) {
    this.percent = percent;
  }

  /** Milliseconds. */
  static double p99(SlowModel model, int percent, Duration span) {
    PartialOutage outage = new PartialOutage(percent);
    model.fail(outage::fails);
    ScoringSettings settings = Calls.settings(model.port(), "secret");
    CommitBarrier barrier =
        new CommitBarrier(settings.barrierLimit(), settings.submitLimit(), waited -> {});
    try (GrpcReplicas replicas =
            new GrpcReplicas(settings, new ScoringMeters(new SimpleMeterRegistry()), Tracing.OFF);
        Dispatcher<String, ScoreRequest> dispatcher =
            new Dispatcher<>(settings.dispatch(), outage.timed(replicas), barrier)) {
      outage.run(dispatcher, barrier, span);
    } finally {
      model.fail(user -> false);
    }
    return outage.micros.getValueAtPercentile(99) / 1e3;
  }

  private boolean fails(String user) {
    return Integer.parseInt(user) % 100 < percent;
  }

  private Replicas<ScoreRequest> timed(GrpcReplicas replicas) {
    List<Replica<ScoreRequest>> all = new ArrayList<>();
    for (Replica<ScoreRequest> replica : replicas.all()) {
      all.add((request, answer) -> replica.call(request, recorded(request, answer)));
    }
    return () -> all;
  }

  private Consumer<CallOutcome> recorded(ScoreRequest request, Consumer<CallOutcome> answer) {
    return outcome -> {
      if (!fails(request.getUserId())) {
        micros.recordValue((System.nanoTime() - request.getReceivedAtMs()) / 1_000);
      }
      answer.accept(outcome);
    };
  }

  private void run(
      Dispatcher<String, ScoreRequest> dispatcher, CommitBarrier barrier, Duration span) {
    Lane<String, ScoreRequest> lane =
        dispatcher.open(new OwedInMemory(), user -> newest[Integer.parseInt(user)]);
    long begin = System.nanoTime();
    long end = begin + span.toNanos();
    long tick = begin;
    long commit = begin + COMMIT;
    for (long due = begin; due < end; due += INTERVAL) {
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      if (due >= tick) {
        lane.tick();
        tick = due + TICK;
      }
      if (due >= commit) {
        barrier.pass();
        commit = due + COMMIT;
      }
      ScoreRequest request = next(due);
      lane.submit(request.getUserId(), request);
    }
    barrier.pass();
    lane.close();
  }

  private ScoreRequest next(long due) {
    int user = random.nextInt(USERS);
    newest[user] =
        ScoreRequest.newBuilder()
            .setUserId(String.valueOf(user))
            .setReceivedAtMs(due) // nanoseconds here: nobody but this class reads it
            .build();
    return newest[user];
  }
}
