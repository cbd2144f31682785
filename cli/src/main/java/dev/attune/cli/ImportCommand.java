package dev.attune.cli;

import dev.attune.training.importing.Importer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    description = "Turns historical logs (CSV, TSV, JSONL; gzip too) into events.",
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ImportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MAPPING.yaml", description = "How rows become events.")
  private Path mapping;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = "The mapping's inputs, in its order.")
  private List<Path> inputs;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "events.jsonl",
      description = "The file of events, ordered by time.")
  private Path out;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    Importer.Report report;
    try (TerminalProgress progress = new TerminalProgress()) {
      report = Importer.run(mapping, inputs, out, progress);
    }
    PrintWriter print = command.commandLine().getOut();
    report.rows().forEach((input, rows) -> print.printf("%s: %,d rows%n", input, rows));
    report
        .skipped()
        .forEach(
            (input, reasons) ->
                reasons.forEach(
                    (reason, count) -> print.printf("  skipped %,d: %s%n", count, reason)));
    report.events().forEach((type, count) -> print.printf("  %s: %,d%n", type, count));
    print.printf("%,d events in %s%n", report.written(), out);
    print.flush();
    return 0;
  }
}
