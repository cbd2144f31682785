package dev.attune.cli;

import dev.attune.core.scoring.ModelException;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.train.Trainer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    description = {
      "Trains a model version from events, with the feature code that runs online.",
      "A playbook's first model goes live, later ones are candidates: ./attune models promote."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TrainCommand implements Callable<Integer> {
  @Mixin private final EventsParameter events = new EventsParameter();

  @Mixin private final PlaybookOption playbook = new PlaybookOption();

  @Mixin private final TimeRangeOptions times = new TimeRangeOptions();

  @Option(
      names = "--rows",
      paramLabel = "FILE.csv",
      description = "Writes the labelled rows to this file instead of training.")
  private @Nullable Path rows;

  @Option(
      names = "--quick",
      description = "Trains the version alone: no check for leaks, no learning curve.")
  private boolean quick;

  @Override
  public Integer call() throws ModelException {
    Trainer.Request request =
        new Trainer.Request(
            events.source(),
            PlaybookFolders.playbook(playbook.folder()),
            times.range().from(),
            times.range().to(),
            PlaybookFolders.registry(playbook.folder()),
            Instant.now(),
            ExclusionList.ofStack(Terminal.errors()),
            LabelList.ofStack(LabelCommand.kept(playbook.folder()), Terminal.errors()),
            PlaybookFolders.encoders(),
            !quick);
    if (rows != null) {
      return export(request, rows);
    }
    Trainer.Result result;
    try (TerminalProgress progress = new TerminalProgress()) {
      result = Trainer.candidate(request, progress);
    }
    Terminal screen = Terminal.standard();
    print(result, screen);
    SlotAudit audit = new SlotAudit(screen);
    audit.made(VersionStep.offline(result.version(), result.gates()));
    if (result.whyFirst() != null) {
      audit.makeFirstLive(request.registry(), result.version(), result.whyFirst());
      screen.line("It is live, being this playbook's first.");
    }
    return 0;
  }

  private int export(Trainer.Request request, Path file) {
    int count;
    try (TerminalProgress progress = new TerminalProgress()) {
      count = Trainer.export(request, file, progress);
    }
    Terminal.standard().line("%,d labelled rows in %s", count, file);
    return 0;
  }

  private static void print(Trainer.Result result, Terminal screen) {
    screen.line("version %s from %,d labelled rows", result.version(), result.rows());
    screen.line("  held out: %s", result.summary());
    result
        .slices()
        .forEach(
            (slice, text) -> {
              if (slice.startsWith("moment=")) {
                screen.line("  %s: %s", slice, text);
              }
            });
    result.gateFailures().forEach(failure -> screen.line("  gate failed: %s", failure));
    screen.line("  bundle, with report.html for your browser: %s", result.dir());
    if (result.whyFirst() == null) {
      screen.line(
          result.gateFailures().isEmpty()
              ? "It is a candidate: ./attune models promote " + result.version()
              : "It is a candidate that its gates keep from going live.");
    }
  }
}
