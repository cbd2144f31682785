package dev.attune.cli;

import dev.attune.cli.features.Backfill;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.warehouse.export.ExportedPart;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        "Events that Kafka has lost are counted first, from an export.",
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
        names = "--past",
        paramLabel = "EXPORT",
        description = {
          "What ./attune export fills, for the events that Kafka has lost; $ATTUNE_EXPORT, else",
          ".attune/export, where there is one."
        })
    private @Nullable String past;

    @Option(
        names = "--from-retained",
        description =
            "Runs even if some events are neither in Kafka nor in an export: they no longer count.")
    private boolean fromRetained;

    private final Terminal screen = Terminal.standard();

    @Override
    public Integer call() {
      var settings = StackSettings.fromEnvironment(System.getenv());
      var stack = new LocalStack(settings, new StackView(screen, settings.ports()));
      screen.line("Counting the features of %s from the past.".formatted(settings.playbook()));
      ModelRegistry registry = PlaybookFolders.registry(settings.playbook());
      try {
        var options =
            new Backfill.Options(withoutModel, fromRetained, export(), ExportPlace.epoch());
        var audit = new SlotAudit(screen, () -> Backfill.kafka(settings));
        tell(new Backfill(stack, registry, audit::switchFeatures, new Shown(), options).run());
      } catch (WarehouseException e) {
        throw new UserFault("The export can't be read: " + e.getMessage(), e);
      }
      return 0;
    }

    /** Null when none was asked for and none is there. */
    private @Nullable WarehouseFiles export() {
      WarehouseFiles files = files();
      return past != null || ExportedPart.of(files, Table.EVENTS).isPresent() ? files : null;
    }

    private WarehouseFiles files() {
      try {
        return WarehouseFiles.at(ExportPlace.of(past), ExportPlace.endpoint());
      } catch (IllegalArgumentException e) {
        throw new UserFault(String.valueOf(e.getMessage()), e);
      }
    }

    private void tell(Backfill.Switched done) {
      screen.keep();
      screen.line(
          "Switched from %s to %s: %,d records recounted%s, %s; features stood still for %.1f s.",
          done.identity().predecessor(),
          screen.bold(done.identity().applicationId()),
          done.records(),
          done.lost() == 0
              ? ""
              : String.format(Locale.ROOT, " (%,d of them from the export)", done.lost()),
          done.model() == null ? "the model is as before" : "model " + done.model() + " is live",
          done.pause().toMillis() / 1e3);
    }

    private final class Shown implements Backfill.Progress {
      @Override
      public void at(long read, long of) {
        screen.state(String.format(Locale.ROOT, "recounted %,d of %,d records", read, of));
      }

      @Override
      public void copied(long read, long of) {
        screen.state(
            String.format(Locale.ROOT, "copied %,d of %,d records from the export", read, of));
      }

      @Override
      public void note(String sentence) {
        screen.keep();
        screen.line(sentence);
      }
    }
  }
}
