package dev.attune.bench.freshness;

import dev.attune.bench.Bench;
import dev.attune.bench.Benchmark;
import dev.attune.bench.Goal;
import dev.attune.bench.Pair;
import dev.attune.bench.Row;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The whole pipeline at 1,000 events a second beside a bare Kafka: from when an event is due at the
 * gateway until Redis has the prediction that includes it, and from when a record is due at the
 * producer until the consumer has it. Both in turns, at the same rate, over the same broker.
 */
public final class FreshnessBenchmark implements Benchmark {
  private static final int PER_SECOND = 1_000;

  /** Opening connections and waking what slept for a phase is not what is measured. */
  static final Duration RUN_UP = Duration.ofSeconds(1);

  /**
   * Kafka's clients ask for metadata again after five minutes. The first time it has the JVMs throw
   * away code that was compiled without it, which should not be in the middle of a phase.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(390);

  @Override
  public String name() {
    return "freshness";
  }

  @Override
  public String summary() {
    return "from event to readable prediction beside a bare Kafka produce and consume";
  }

  @Override
  public List<Row> run(Bench bench) throws Exception {
    List<Pair> medians = new ArrayList<>();
    List<Pair> tails = new ArrayList<>();
    long missing = 0;
    try (Pipeline pipeline = Pipeline.start(bench);
        BareKafka bare = BareKafka.start(pipeline.bootstrapServers())) {
      bench.say("warming up");
      warmUp(bench, pipeline);
      var unused = bare.measure(bench.phase(), PER_SECOND);
      for (int round = 1; round <= bench.rounds(); round++) {
        Pipeline.Times times = pipeline.measure(bench.phase(), PER_SECOND);
        Histogram baseline = bare.measure(bench.phase(), PER_SECOND);
        Pair median = pair(times.micros(), baseline, 50);
        Pair tail = pair(times.micros(), baseline, 99);
        bench.say(
            "round %d: p50 %.2f beside %.2f ms, p99 %.1f beside %.1f ms"
                .formatted(
                    round, median.value(), median.baseline(), tail.value(), tail.baseline()));
        medians.add(median);
        tails.add(tail);
        missing += times.missing();
      }
    }
    return rows(Pair.median(medians), Pair.median(tails), missing);
  }

  /**
   * The compilers of five JVMs need minutes on two processors. While they are busy, they take more
   * than the events do, and the figures say how long that queues.
   */
  private static void warmUp(Bench bench, Pipeline pipeline) throws IOException {
    long end = System.nanoTime() + WARM_UP.toNanos();
    while (System.nanoTime() < end) {
      Duration before = pipeline.compileTime();
      var unused = pipeline.measure(bench.phase(), PER_SECOND);
      Duration spent = pipeline.compileTime().minus(before);
      bench.say("the services' compilers were busy for %.1f s".formatted(spent.toMillis() / 1e3));
    }
  }

  private static Pair pair(Histogram measured, Histogram baseline, double percentile) {
    return new Pair(
        measured.getValueAtPercentile(percentile) / 1e3,
        baseline.getValueAtPercentile(percentile) / 1e3);
  }

  private static List<Row> rows(Pair median, Pair tail, long missing) {
    return List.of(
        Row.of("event to readable prediction, 1,000/s, p50", median.value(), "ms")
            .comparedWith("bare Kafka", median.baseline())
            .goal(Goal.ratioAtMost(4)),
        Row.of("event to readable prediction, 1,000/s, p99", tail.value(), "ms")
            .comparedWith("bare Kafka", tail.baseline())
            .goal(Goal.ratioAtMost(2)),
        Row.of("events whose prediction never came", missing, "events").goal(Goal.valueAtMost(0)));
  }
}
