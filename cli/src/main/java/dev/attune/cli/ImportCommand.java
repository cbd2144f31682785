package dev.attune.cli;

import dev.attune.local.terminal.Terminal;
import dev.attune.training.importing.Importer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

  @Override
  public Integer call() {
    Importer.Report report;
    try (TerminalProgress progress = new TerminalProgress()) {
      report = Importer.run(mapping, inputs, out, progress);
    }
    Terminal screen = Terminal.standard();
    report.rows().forEach((input, rows) -> screen.line("%s: %,d rows", input, rows));
    report
        .skipped()
        .forEach(
            (input, reasons) ->
                reasons.forEach(
                    (reason, count) -> screen.line("  skipped %,d: %s", count, reason)));
    report.events().forEach((type, count) -> screen.line("  %s: %,d", type, count));
    screen.line("%,d events in %s", report.written(), out);
    return 0;
  }
}
