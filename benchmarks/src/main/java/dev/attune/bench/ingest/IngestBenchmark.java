package dev.attune.bench.ingest;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import java.util.List;

/** What validation, acks=all and an answer for each event cost beside those who do less. */
public final class IngestBenchmark implements Measurement {
  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    try (IngestSetting setting = IngestSetting.start(bench)) {
      IngestRun run = new IngestRun(bench, setting);
      run.warmUp();
      return List.of(
          run.batches().goal(Goal.ratioAtLeast(0.6)),
          run.singles().goal(Goal.ratioAtLeast(0.6)),
          run.medianAt32().goal(Goal.valueAtMost(3)),
          run.tailAtHalfLoad().goal(Goal.valueAtMost(15)),
          run.processorTime(),
          run.brokerTime(),
          run.allocation().goal(Goal.ratioAtMost(1.1)));
    }
  }
}
