package dev.attune.cli;

import dev.attune.local.terminal.Terminal;
import dev.attune.training.importing.Importer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = "Turns historical logs (CSV, TSV, JSONL, JSON; gzip too) into events.",
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ImportCommand implements Callable<Integer> {
  /** Of a check. */
  private static final int SHOWN = 5;

  @Parameters(index = "0", paramLabel = "MAPPING.yaml", description = "How rows become events.")
  private Path mapping;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = "The mapping's inputs, in its order.")
  private List<Path> inputs;

  @ArgGroup(multiplicity = "1")
  private Mode mode;

  /** What becomes of the events. */
  private static final class Mode {
    @Option(
        names = "--out",
        required = true,
        paramLabel = "events.jsonl",
        description = "The file of events, ordered by time.")
    private @Nullable Path out;

    @Option(
        names = "--check",
        required = true,
        description = "Takes the first 1,000 rows of each input, shows events and writes nothing.")
    private boolean check;
  }

  @Override
  public Integer call() {
    Terminal screen = Terminal.standard();
    Path out = mode.out;
    List<String> first = new ArrayList<>();
    Importer.Report report;
    try (TerminalProgress progress = new TerminalProgress()) {
      report =
          out == null
              ? Importer.check(mapping, inputs, first::add, progress)
              : Importer.run(mapping, inputs, out, progress);
    }
    print(report, screen);
    first.stream().limit(SHOWN).forEach(screen::line);
    if (out == null) {
      screen.line("Nothing was written; --out FILE takes all rows.");
    } else {
      screen.line("%,d events in %s", report.written(), out);
    }
    return 0;
  }

  private static void print(Importer.Report report, Terminal screen) {
    report.rows().forEach((input, rows) -> screen.line("%s: %,d rows", input, rows));
    report
        .skipped()
        .forEach(
            (input, reasons) ->
                reasons.forEach(
                    (reason, skipped) ->
                        screen.line(
                            "  skipped %,d of %s: %s (the first is row %,d)",
                            skipped.count(), input, reason, skipped.firstRow())));
    report.events().forEach((type, count) -> screen.line("  %s: %,d", type, count));
  }
}
