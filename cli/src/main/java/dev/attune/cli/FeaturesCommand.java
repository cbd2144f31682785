package dev.attune.cli;

import dev.attune.cli.features.Backfill;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what changed features would be, and changes them. */
@Command(
    name = "features",
    description = "Tries features on past events, or changes them on a running stack.",
    subcommands = {FeaturesTryCommand.class, FeaturesCommand.BackfillCommand.class})
final class FeaturesCommand {
  /** Recounts and switches. */
  @Command(
      name = "backfill",
      description = {
        "Counts the playbook's current features over all past events, beside the running stack.",
        "Then switches to them, together with the model that knows them. Meanwhile events are",
        "accepted and predictions kept. If it is interrupted, the next run continues there."
      })
  static final class BackfillCommand implements Callable<Integer> {
    @Option(
        names = "--without-model",
        description = {
          "Runs even if no model knows the features. Until one does, nobody is scored: the last",
          "predictions are used until they are stale, then replies are generic."
        })
    private boolean withoutModel;

    @Option(
        names = "--from-retained",
        description = "Runs even if the topic has lost its first events: they no longer count.")
    private boolean fromRetained;

    private final Terminal screen = Terminal.standard();

    @Override
    public Integer call() {
      var settings = StackSettings.fromEnvironment(System.getenv());
      var stack = new LocalStack(settings, new StackView(screen, settings.ports()));
      screen.line("Counting the features of %s from the past.".formatted(settings.playbook()));
      ModelRegistry registry = PlaybookFolders.registry(settings.playbook());
      Backfill.Switched done =
          new Backfill(stack, registry, this::show, withoutModel, fromRetained).run();
      screen.keep();
      screen.line(
          "Switched from %s to %s: %,d records recounted, %s; features stood still for %.1f s.",
          done.identity().predecessor(),
          screen.bold(done.identity().applicationId()),
          done.records(),
          done.model() == null ? "the model is as before" : "model " + done.model() + " is live",
          done.pause().toMillis() / 1e3);
      return 0;
    }

    private void show(long read, long of) {
      screen.state(String.format(Locale.ROOT, "recounted %,d of %,d records", read, of));
    }
  }
}
