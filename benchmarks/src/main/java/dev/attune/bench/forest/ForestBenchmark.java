package dev.attune.bench.forest;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link Forests} under JMH, all in one run, since the machine is seldom alone. */
public final class ForestBenchmark implements Measurement {
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    bench.say("JMH, " + bench.rounds() + " forks, about " + 25 * bench.rounds() + " s");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(Forests.class.getName())
                    .forks(bench.rounds())
                    .warmupIterations(2)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(bench.phase().toMillis() / 10))
                    .jvmArgs("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .output(log(bench))
                    .build())
            .run();
    return List.of(
        Row.of("one row", micros(results, "flatOneRow"), "µs")
            .comparedWith("xgboost4j", micros(results, "xgboostOneRow"))
            .goal(Goal.ratioAtMost(0.1)),
        Row.of("allocated for it", allocated(results, "flatOneRow"), "B")
            .goal(Goal.valueAtMost(0.5)),
        Row.of("a row of 256", micros(results, "flatBatch"), "µs")
            .comparedWith("xgboost4j", micros(results, "xgboostBatch"))
            .goal(Goal.ratioAtMost(1)),
        Row.of("a row of 256, one by one", micros(results, "flatRowByRow"), "µs")
            .comparedWith("xgboost4j", micros(results, "xgboostBatch")),
        Row.of("contributions to one label", micros(results, "explainOneLabel"), "µs")
            .goal(Goal.valueAtMost(5_000)));
  }

  private static String log(BenchmarkRun bench) {
    Path folder = bench.checkout().root().resolve("target");
    if (!folder.toFile().isDirectory() && !folder.toFile().mkdirs()) {
      throw new BenchmarkException("The folder " + folder + " can't be made.");
    }
    return folder.resolve("bench-forest.log").toString();
  }

  private static RunResult of(Collection<RunResult> results, String method) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
        .findFirst()
        .orElseThrow(() -> new BenchmarkException("JMH measured no " + method + "."));
  }

  private static double micros(Collection<RunResult> results, String method) {
    return of(results, method).getPrimaryResult().getScore();
  }

  private static double allocated(Collection<RunResult> results, String method) {
    return of(results, method).getSecondaryResults().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(ALLOCATION))
        .map(java.util.Map.Entry::getValue)
        .mapToDouble(Result::getScore)
        .findFirst()
        .orElse(Double.NaN);
  }
}
