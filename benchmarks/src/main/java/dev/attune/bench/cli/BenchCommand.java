package dev.attune.bench.cli;

import dev.attune.bench.Bench;
import dev.attune.bench.Benchmark;
import dev.attune.bench.Report;
import dev.attune.bench.Report.Machine;
import dev.attune.bench.Row;
import dev.attune.bench.features.FeaturesBenchmark;
import dev.attune.bench.features.GrowthBenchmark;
import dev.attune.bench.forest.ForestBenchmark;
import dev.attune.bench.freshness.FreshnessBenchmark;
import dev.attune.bench.inference.InferenceBenchmark;
import dev.attune.bench.ingest.IngestBenchmark;
import dev.attune.bench.responses.ResponsesBenchmark;
import dev.attune.local.infra.Checkout;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the named benchmarks, all of them without names. */
@Command(
    name = "./attune bench",
    description = {
      "Runs benchmarks beside what they are compared with, on servers of their own.",
      "Prints a table each and writes target/bench/NAME.json."
    })
public final class BenchCommand implements Callable<Integer> {
  private final List<Benchmark> all;
  private final Path folder;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text and exit.")
  private boolean help;

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
          "How often what is compared is measured in turns; odd, since the round in the middle"
              + " counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Parameters(paramLabel = "NAME", description = "Which to run; all when none is named.")
  private List<String> names = List.of();

  BenchCommand(List<Benchmark> all, Path folder) {
    this.all = all;
    this.folder = folder;
  }

  /** Every benchmark there is; a new one is added here. */
  static List<Benchmark> benchmarks() {
    return List.of(
        new IngestBenchmark(),
        new FeaturesBenchmark(),
        new GrowthBenchmark(),
        new ResponsesBenchmark(),
        new ForestBenchmark(),
        new InferenceBenchmark(),
        new FreshnessBenchmark());
  }

  public static void main(String[] arguments) {
    Path folder = Checkout.find().root().resolve("target/bench");
    System.exit(commandLine(benchmarks(), folder).execute(arguments));
  }

  static CommandLine commandLine(List<Benchmark> benchmarks, Path folder) {
    CommandLine command = new CommandLine(new BenchCommand(benchmarks, folder));
    String[] list =
        benchmarks.stream()
            .map(b -> "  %-11s %s%n".formatted(b.name(), b.summary()))
            .toArray(String[]::new);
    command.getCommandSpec().usageMessage().footerHeading("%nBenchmarks:%n").footer(list);
    return command.setExecutionExceptionHandler((failure, c, parsed) -> Failures.tell(failure, c));
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
    for (Benchmark benchmark : chosen()) {
      run(benchmark);
    }
    return CommandLine.ExitCode.OK;
  }

  private List<Benchmark> chosen() {
    for (String name : names) {
      if (all.stream().noneMatch(b -> b.name().equals(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no benchmark '%s'; there are: %s"
                .formatted(name, String.join(", ", all.stream().map(Benchmark::name).toList())));
      }
    }
    return names.isEmpty() ? all : all.stream().filter(b -> names.contains(b.name())).toList();
  }

  private void run(Benchmark benchmark) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    out.println(benchmark.name() + ": " + benchmark.summary());
    out.flush();
    Bench bench = new Bench(Checkout.find(), Duration.ofSeconds(seconds), rounds, this::progress);
    Instant start = Instant.now();
    List<Row> rows = benchmark.run(bench);
    Report report =
        new Report(
            benchmark.name(),
            benchmark.summary(),
            start,
            Duration.between(start, Instant.now()),
            Machine.here(),
            rows);
    out.println(Table.of(report));
    out.println("Written to " + ReportFile.write(report, folder));
    out.println();
    out.flush();
  }

  private void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("  " + line);
    err.flush();
  }
}
