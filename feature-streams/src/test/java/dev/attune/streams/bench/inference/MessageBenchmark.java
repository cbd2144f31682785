package dev.attune.streams.bench.inference;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a sentence encoder costs in inference-service: one call after the other over the client of
 * feature-streams, until its prediction is stored, of a service whose model reads messages beside
 * one whose model doesn't. On one processor with {@code taskset -c 0 ./attune bench messages}.
 */
public final class MessageBenchmark implements Measurement {
  private static final double MEDIAN = 50;
  private static final double TAIL = 99;

  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (MessageSetting setting = MessageSetting.start(bench)) {
      rows.addAll(rows(setting.inTurns()));
      double without = setting.residentMegabytes(false);
      double with = setting.residentMegabytes(true);
      rows.add(
          Row.of(
                  "resident as in the local stack, after 6,000 calls, a third with messages",
                  with,
                  "MB")
              .comparedWith("without an encoder", without));
      rows.add(Row.of("of it for the encoder", with - without, "MB"));
    }
    return rows;
  }

  private static List<Row> rows(List<CallTimes> rounds) {
    List<Row> rows = new ArrayList<>();
    for (CallTimes.Kind kind : CallTimes.Kind.values()) {
      for (double percentile : new double[] {MEDIAN, TAIL}) {
        String what = kind.what() + (percentile == MEDIAN ? ", median" : ", p99");
        rows.add(Row.of(what, middle(rounds, round -> round.millis(kind, percentile)), "ms"));
      }
      rows.add(
          Row.of(
              kind.what() + ", the service's processor time",
              middle(rounds, round -> round.processorMillis(kind)),
              "ms"));
    }
    rows.add(
        added(rounds, CallTimes.Kind.SHORT, "added by a message of 20 words, median")
            .goal(Goal.valueAtMost(15)));
    rows.add(added(rounds, CallTimes.Kind.LONG, "added by a message of 67 words, median"));
    rows.add(added(rounds, CallTimes.Kind.CLICK, "added to a click after a message, median"));
    rows.add(added(rounds, CallTimes.Kind.NO_MESSAGE, "added to who wrote nothing, median"));
    return rows;
  }

  private static Row added(List<CallTimes> rounds, CallTimes.Kind kind, String what) {
    return Row.of(
        what,
        middle(
            rounds,
            round ->
                round.millis(kind, MEDIAN) - round.millis(CallTimes.Kind.WITHOUT_ENCODER, MEDIAN)),
        "ms");
  }

  private static double middle(List<CallTimes> rounds, ToDoubleFunction<CallTimes> figure) {
    return rounds.stream()
        .map(figure::applyAsDouble)
        .sorted(Comparator.naturalOrder())
        .toList()
        .get(rounds.size() / 2);
  }
}
