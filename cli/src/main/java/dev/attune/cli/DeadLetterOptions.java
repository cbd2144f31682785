package dev.attune.cli;

import dev.attune.cli.replay.DeadLetterReplay;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.events.TimeRange;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The part of {@code replay} that sends refused events again. */
final class DeadLetterOptions {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Option(
      names = "--dead-letters",
      description = {
        "Sends the events of the dead-letter topic again, each with its id. Events accepted in the",
        "meantime are left out. --from and --to then mean the time of rejection."
      })
  private boolean requested;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "With --dead-letters: writes them here to be corrected and sends nothing.")
  private @Nullable Path out;

  @Option(
      names = "--corrected",
      paramLabel = "FILE",
      description = "With --dead-letters: sends the events of this file, an edited --out file.")
  private @Nullable Path corrected;

  /** Refuses combinations that mean nothing. */
  void check(@Nullable Path events) {
    if (requested == (events != null)) {
      throw new UserFault("Name either a file of events or --dead-letters.");
    }
    if (!requested && (out != null || corrected != null)) {
      throw new UserFault("--out and --corrected go with --dead-letters.");
    }
    if (out != null && corrected != null) {
      throw new UserFault("Name either --out or --corrected: write first, correct, send.");
    }
    if (corrected != null && !Files.isReadable(corrected)) {
      throw new UserFault("There is no file " + corrected + ".");
    }
  }

  void replay(Terminal screen, StackSettings settings, TimeRange span) throws InterruptedException {
    var replay =
        new DeadLetterReplay(screen, settings, StackServices.secret(), ExclusionList.hasher());
    if (out != null) {
      ExportAudit.allow(
          KafkaSettings.of(settings.bootstrapServers()),
          new SchemaRegistryClient(URI.create(settings.registryUrl()), PATIENCE),
          ExportAudit.DEAD_LETTERS,
          out.toString(),
          span);
      replay.dump(span, out);
    } else if (corrected != null) {
      replay.send(corrected);
    } else {
      replay.send(span);
    }
  }
}
