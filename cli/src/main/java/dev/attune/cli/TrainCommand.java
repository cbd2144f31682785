package dev.attune.cli;

import dev.attune.core.scoring.ModelException;
import dev.attune.training.train.Trainer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    description = {
      "Trains a model version from events, with the feature code that runs online.",
      "A playbook's first model goes live, later ones are candidates: ./attune models promote."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TrainCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "events.jsonl", description = "Events, ordered by time.")
  private Path events;

  @Option(
      names = "--playbook",
      paramLabel = "DIR",
      description = "The chatbot's folder; $ATTUNE_PLAYBOOK, else playbooks/support.")
  private @Nullable Path playbook;

  @Option(
      names = "--from",
      paramLabel = "T",
      converter = Instants.class,
      description = "Leaves out events before this time.")
  private @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "T",
      converter = Instants.class,
      description = "Leaves out events at this time and later.")
  private @Nullable Instant to;

  @Option(
      names = "--rows",
      paramLabel = "FILE.csv",
      description = "Writes the labelled rows there, to train elsewhere, instead of training.")
  private @Nullable Path rows;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws ModelException {
    Trainer.Request request =
        new Trainer.Request(
            events,
            Places.playbook(playbook),
            from == null ? Long.MIN_VALUE : from.toEpochMilli(),
            to == null ? Long.MAX_VALUE : to.toEpochMilli(),
            Places.registry(playbook),
            Instant.now(),
            ExclusionList.ofStack(command.commandLine().getErr()));
    if (rows != null) {
      return export(request, rows);
    }
    Trainer.Result result;
    try (TerminalProgress progress = new TerminalProgress()) {
      result = Trainer.train(request, progress);
    }
    print(result, command.commandLine().getOut());
    return 0;
  }

  private int export(Trainer.Request request, Path file) {
    int count;
    try (TerminalProgress progress = new TerminalProgress()) {
      count = Trainer.export(request, file, progress);
    }
    PrintWriter out = command.commandLine().getOut();
    out.printf("%,d labelled rows in %s%n", count, file);
    out.flush();
    return 0;
  }

  private static void print(Trainer.Result result, PrintWriter out) {
    out.printf("version %s from %,d labelled rows%n", result.version(), result.rows());
    out.printf("  held out: %s%n", result.summary());
    result.slices().forEach((slice, text) -> out.printf("  %s: %s%n", slice, text));
    result.gateFailures().forEach(failure -> out.printf("  gate failed: %s%n", failure));
    out.printf("  bundle and report: %s%n", result.dir());
    out.println(
        result.live()
            ? "It is live, being this playbook's first."
            : "It is a candidate: ./attune models promote " + result.version());
    out.flush();
  }
}
