package dev.attune.bench.freshness;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.ComparedFigure;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/**
 * The whole pipeline at 1,000 events a second beside a bare Kafka: from when an event is due at the
 * gateway until Redis has the prediction that includes it, and from when a record is due at the
 * producer until the consumer has it. Over the same broker, in turns at the same rate; and both at
 * once, with few bare records, where they share what the machine does to them.
 */
public final class FreshnessBenchmark implements Measurement {
  private static final int PER_SECOND = 1_000;

  /** Opening connections and waking what slept for a phase is not what is measured. */
  static final Duration RUN_UP = Duration.ofSeconds(1);

  /**
   * Kafka's clients ask for metadata again after five minutes. The first time it has the JVMs throw
   * away code that was compiled without it, which should not be in the middle of a phase.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(390);

  private static final int TURNS = 6;
  private static final Duration TURN = Duration.ofSeconds(4);

  /**
   * Of bare Kafka's records while the pipeline is at work: they show what of the tail is the
   * broker's and the machine's, and are too few to lengthen it.
   */
  private static final int PROBES_PER_SECOND = 100;

  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    List<Round> rounds = new ArrayList<>();
    try (Pipeline pipeline = Pipeline.start(bench);
        BareKafka bare = BareKafka.start(pipeline.bootstrapServers())) {
      bench.say("warming up");
      warmUp(bench, pipeline);
      takeTurns(pipeline, bare);
      while (rounds.size() < bench.rounds()) {
        Round round = round(bench.phase(), pipeline, bare);
        rounds.add(round);
        bench.say("round %d: %s".formatted(rounds.size(), round));
      }
    }
    return rows(rounds);
  }

  /** What three phases gave: the pipeline, bare Kafka, and both at once. Times in milliseconds. */
  private record Round(
      ComparedFigure median, ComparedFigure tail, ComparedFigure sharedTail, long missing) {
    @Override
    public String toString() {
      return "p50 %s, p99 %s, at once %s".formatted(text(median), text(tail), text(sharedTail));
    }

    private static String text(ComparedFigure pair) {
      return "%.2f beside %.2f ms".formatted(pair.value(), pair.baseline());
    }
  }

  private static Round round(Duration phase, Pipeline pipeline, BareKafka bare) throws IOException {
    Pipeline.Times alone = pipeline.measure(phase, PER_SECOND);
    Histogram baseline = bare.measure(phase, PER_SECOND);
    CompletableFuture<Histogram> probes =
        CompletableFuture.supplyAsync(() -> bare.measure(phase, PROBES_PER_SECOND));
    Pipeline.Times shared = pipeline.measure(phase, PER_SECOND);
    return new Round(
        pair(alone.micros(), baseline, 50),
        pair(alone.micros(), baseline, 99),
        pair(shared.micros(), probes.join(), 99),
        alone.missing() + shared.missing());
  }

  /**
   * The compilers of five JVMs need minutes on two processors. While they are busy, they take more
   * than the events do, and the figures say how long that queues.
   */
  private static void warmUp(BenchmarkRun bench, Pipeline pipeline) throws IOException {
    long end = System.nanoTime() + WARM_UP.toNanos();
    while (System.nanoTime() < end) {
      Duration before = pipeline.compileTime();
      var unused = pipeline.measure(bench.phase(), PER_SECOND);
      Duration spent = pipeline.compileTime().minus(before);
      bench.say("the services' compilers were busy for %.1f s".formatted(spent.toMillis() / 1e3));
    }
  }

  /**
   * A service that goes from load to idleness and back meets code that was compiled without one of
   * them, and compiles it again: before the rounds, not in them.
   */
  private static void takeTurns(Pipeline pipeline, BareKafka bare) throws IOException {
    for (int turn = 0; turn < TURNS; turn++) {
      var unusedTimes = pipeline.measure(TURN, PER_SECOND);
      var unused = bare.measure(TURN, PER_SECOND);
    }
  }

  private static ComparedFigure pair(Histogram measured, Histogram baseline, double percentile) {
    return new ComparedFigure(
        measured.getValueAtPercentile(percentile) / 1e3,
        baseline.getValueAtPercentile(percentile) / 1e3);
  }

  private static List<Row> rows(List<Round> rounds) {
    ComparedFigure median = ComparedFigure.median(rounds.stream().map(Round::median).toList());
    ComparedFigure tail = ComparedFigure.median(rounds.stream().map(Round::tail).toList());
    ComparedFigure sharedTail =
        ComparedFigure.median(rounds.stream().map(Round::sharedTail).toList());
    long missing = rounds.stream().mapToLong(Round::missing).sum();
    return List.of(
        Row.of("event to readable prediction, 1,000/s, p50", median.value(), "ms")
            .comparedWith("bare Kafka", median.baseline())
            .goal(Goal.ratioAtMost(4)),
        Row.of("event to readable prediction, 1,000/s, p99", tail.value(), "ms")
            .comparedWith("bare Kafka", tail.baseline())
            .goal(Goal.ratioAtMost(2)),
        Row.of("the same, both at once, p99", sharedTail.value(), "ms")
            .comparedWith("bare Kafka, 100/s", sharedTail.baseline()),
        Row.of("events whose prediction never came", missing, "events").goal(Goal.valueAtMost(0)));
  }
}
