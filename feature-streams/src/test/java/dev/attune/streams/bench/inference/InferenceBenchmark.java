package dev.attune.streams.bench.inference;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.ComparedFigure;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What it brings that the stream thread doesn't wait, who notices that others fail, and what the
 * service's RPC costs.
 */
public final class InferenceBenchmark implements Measurement {
  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    ComparedFigure calls = dispatching(bench);
    rows.add(
        Row.of("calls of a 5 ms model, one stream thread", calls.value(), "/s")
            .comparedWith("blocking", calls.baseline())
            .goal(Goal.ratioAtLeast(100)));
    for (int percent : new int[] {1, 5, 50}) {
      ComparedFigure freshness = failing(bench, percent);
      rows.add(
          Row.of("other users' p99 while " + percent + " % fail", freshness.value(), "ms")
              .comparedWith("none fails", freshness.baseline())
              .goal(Goal.ratioAtMost(2)));
    }
    try (RpcSetting setting = RpcSetting.start(bench)) {
      ComparedFigure rpc = setting.inTurns();
      rows.add(
          Row.of("one row over gRPC, median", rpc.value(), "µs")
              .comparedWith("empty call", rpc.baseline())
              .goal(Goal.ratioAtMost(1.5)));
      setting.stream().ifPresent(cost -> rows.addAll(cost.rows()));
      Histogram explanations = setting.explanations();
      rows.add(
          Row.of("contributions of a prediction, median", millis(explanations, 50), "ms")
              .goal(Goal.valueAtMost(5)));
      rows.add(Row.of("contributions of a prediction, p99", millis(explanations, 99), "ms"));
      rows.add(
          Row.of(
              "resident after it, heap 512 MB, all compilers", setting.residentMegabytes(), "MB"));
      RpcSetting.InStack inStack = setting.inStack();
      rows.add(
          Row.of(
                  "the first 100 of them after a start in the local stack, median",
                  millis(inStack.firstExplanations(), 50),
                  "ms")
              .goal(Goal.valueAtMost(5)));
      rows.add(
          Row.of(
                  "resident as in the local stack, after 6,000 calls",
                  inStack.residentMegabytes(),
                  "MB")
              .goal(Goal.valueAtMost(250)));
    }
    return rows;
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  private static ComparedFigure dispatching(BenchmarkRun bench) throws Exception {
    List<ComparedFigure> rounds = new ArrayList<>();
    try (SlowModel model = new SlowModel();
        Calls calls = new Calls(model.port(), "secret")) {
      bench.say("warming up");
      calls.dispatched(bench.phase().dividedBy(2));
      for (int round = 1; round <= bench.rounds(); round++) {
        bench.say("dispatched and blocking calls, round " + round);
        rounds.add(
            new ComparedFigure(calls.dispatched(bench.phase()), calls.blocking(bench.phase())));
      }
    }
    return ComparedFigure.median(rounds);
  }

  private static ComparedFigure failing(BenchmarkRun bench, int percent) throws Exception {
    List<ComparedFigure> rounds = new ArrayList<>();
    try (SlowModel model = new SlowModel()) {
      PartialOutage.p99(model, percent, bench.phase().dividedBy(2));
      for (int round = 1; round <= bench.rounds(); round++) {
        bench.say(percent + " % of the users fail, and none, round " + round);
        double some = PartialOutage.p99(model, percent, bench.phase());
        rounds.add(new ComparedFigure(some, PartialOutage.p99(model, 0, bench.phase())));
      }
    }
    return ComparedFigure.median(rounds);
  }
}
