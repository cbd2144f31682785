package dev.attune.bench.responses;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import java.util.List;

/** Replies that read Redis, choose by rules and arm, and are recorded. */
public final class ResponsesBenchmark implements Measurement {
  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    try (ResponsesRun run = ResponsesRun.start(bench)) {
      run.warmUp();
      return List.of(
          run.most().goal(Goal.ratioAtLeast(0.5)),
          run.processorTime(),
          run.tailAtHalfLoad().goal(Goal.ratioAtMost(2)),
          run.nearCache(),
          run.growth().goal(Goal.ratioAtMost(1.3)),
          run.late(),
          run.unlogged());
    }
  }
}
