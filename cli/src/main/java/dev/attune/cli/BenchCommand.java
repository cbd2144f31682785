package dev.attune.cli;

import dev.attune.bench.Benchmark;
import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.Row;
import dev.attune.bench.ServiceMeasurement;
import dev.attune.bench.encoder.EncoderBenchmark;
import dev.attune.bench.forest.ForestBenchmark;
import dev.attune.bench.freshness.FreshnessBenchmark;
import dev.attune.bench.ingest.IngestBenchmark;
import dev.attune.bench.responses.ResponsesBenchmark;
import dev.attune.cli.report.JsonReport;
import dev.attune.cli.report.Machine;
import dev.attune.cli.report.RowTable;
import dev.attune.local.infra.Checkout;
import dev.attune.local.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the named benchmarks, all of them without names. */
@Command(
    name = "bench",
    description = {
      "Runs benchmarks and their references in turns, on servers of their own.",
      "Prints a table for each and writes target/bench/NAME.json."
    })
final class BenchCommand implements Callable<Integer> {
  private final NamedParts<Benchmark> parts;
  private final @Nullable Path folder;
  private final Terminal screen;
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long one measured phase lasts (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How many rounds of part and reference are measured; odd, since the round in the middle"
              + " counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Parameters(paramLabel = "NAME", description = "Which to run (default: all).")
  private List<String> names = List.of();

  BenchCommand() {
    this(BenchCommand::benchmarks, null, Terminal.standard());
  }

  /**
   * @param folder where reports go; null: {@code target/bench}
   */
  BenchCommand(Supplier<List<Benchmark>> all, @Nullable Path folder, Terminal screen) {
    this.parts = new NamedParts<>("benchmark", all, Benchmark::name, Benchmark::summary);
    this.folder = folder;
    this.screen = screen;
  }

  /** Every benchmark there is; a new one is added here. */
  static List<Benchmark> benchmarks() {
    return List.of(
        new Benchmark(
            "ingest",
            "the gateway against Kafka's producer-perf-test and an empty handler",
            new IngestBenchmark()),
        new Benchmark(
            "features",
            "the feature topology against one store get and one put per event",
            inStreams("features.FeaturesBenchmark")),
        new Benchmark(
            "growth",
            "cost of an event with 1,000,000 users against 1,000",
            inStreams("features.GrowthBenchmark")),
        new Benchmark(
            "responses",
            "replies read from Redis against an empty handler",
            new ResponsesBenchmark()),
        new Benchmark(
            "forest",
            "720 trees of depth 6: the flat forest against xgboost4j's inplace_predict",
            new ForestBenchmark()),
        new Benchmark(
            "encoder",
            "a message through the sentence encoder, new and known",
            new EncoderBenchmark()),
        new Benchmark(
            "inference",
            "the dispatcher against blocking calls, the service's RPC against an empty one",
            inStreams("inference.InferenceBenchmark")),
        new Benchmark(
            "messages",
            "calls of inference-service with messages, with a sentence encoder and without",
            inStreams("inference.MessageBenchmark")),
        new Benchmark(
            "freshness",
            "from event to readable prediction against a bare Kafka produce and consume",
            new FreshnessBenchmark()));
  }

  private static ServiceMeasurement inStreams(String name) {
    return new ServiceMeasurement("feature-streams", "dev.attune.streams.bench." + name);
  }

  @Spec
  void spec(CommandSpec given) {
    spec = given;
    parts.list(given);
  }

  @Override
  public Integer call() throws Exception {
    if (seconds < 1 || rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--seconds and --rounds are at least 1");
    }
    if (rounds % 2 == 0) {
      throw new ParameterException(
          spec.commandLine(), "--rounds is an odd number: the round in the middle counts");
    }
    for (Benchmark benchmark : parts.chosen(spec, names)) {
      run(benchmark);
    }
    return 0;
  }

  private void run(Benchmark benchmark) throws Exception {
    screen.line(benchmark.name() + ": " + benchmark.summary());
    Checkout checkout = Checkout.find();
    BenchmarkRun bench =
        new BenchmarkRun(checkout, Duration.ofSeconds(seconds), rounds, BenchCommand::progress);
    JsonReport report = new JsonReport(benchmark.name(), benchmark.summary());
    List<Row> rows = benchmark.measurement().run(bench);
    Duration took = report.end();
    long goals = rows.stream().filter(row -> row.met().isPresent()).count();
    long met = rows.stream().filter(row -> row.met().orElse(false)).count();
    RowTable.json(rows, report.root().putArray("rows"));
    report.root().put("goals", goals).put("goalsMet", met);
    screen.line("");
    screen.line(RowTable.text(rows));
    screen.line("%d of %d goals met; %s; %d s", met, goals, Machine.here(), took.toSeconds());
    screen.line(
        "Written to %s%n",
        report.write(folder != null ? folder : checkout.root().resolve("target/bench")));
  }

  private static void progress(String line) {
    Terminal.errors().line("  " + line);
  }
}
