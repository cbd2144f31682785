package dev.attune.cli;

import dev.attune.cli.backup.BackupFolder;
import dev.attune.cli.backup.Restore;
import dev.attune.cli.backup.RestoreEnd;
import dev.attune.core.scoring.ModelCopy;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.AttuneFolders;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.stack.StreamsApplicationId;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a backup back. */
@Command(
    name = "restore",
    description = {
      "Brings a backup into empty topics of a new Kafka and schema registry, and its models into a",
      "registry that has none. Users who were erased since stay erased. Services must not run.",
      "Set ATTUNE_EPOCH higher than the backup's, here and for all services. Then start them:",
      "they count features from the events and make everything else anew.",
      "On the local stack it starts Kafka and the registry."
    },
    sortOptions = false)
final class RestoreCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "DIR", description = "The backup's folder.")
  private @Nullable Path folder;

  @Option(
      names = "--from",
      paramLabel = "T",
      converter = InstantConverter.class,
      description = "Only events and decisions since this date or RFC 3339 time.")
  private @Nullable Instant from;

  @Option(
      names = "--finish",
      description = {
        "Restores nothing: once all is counted, lets topics keep records as long as usual again.",
        "Until then a restore keeps older ones longer."
      })
  private boolean finish;

  private final Terminal screen = Terminal.standard();

  @Override
  public Integer call() throws ModelException {
    try {
      KafkaSettings kafka = KafkaEnvironment.settings(System.getenv());
      if (finish) {
        finish(kafka);
      } else if (folder == null) {
        throw new UserFault("Name the folder of a backup; see ./attune restore --help.");
      } else {
        restore(new BackupFolder(folder), kafka);
      }
    } catch (IOException e) {
      throw new UserFault("The backup can't be restored: " + e.getMessage() + ".", e);
    } catch (RegistryException | IllegalArgumentException e) {
      throw new UserFault(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  private void finish(KafkaSettings kafka) {
    List<String> changed = new RestoreEnd(kafka, applicationId(), InstantSource.system()).run();
    changed.forEach(topic -> screen.line("%s keeps its records as long as usual again.", topic));
    if (changed.isEmpty()) {
      screen.line("All topics keep their records as long as usual.");
    }
  }

  private void restore(BackupFolder backup, KafkaSettings kafka)
      throws IOException, ModelException {
    long began = System.nanoTime();
    startLocalServers();
    var target =
        new Restore.Target(
            ExportPlace.epoch(),
            applicationId(),
            ExclusionList.hasher(),
            from == null ? Long.MIN_VALUE : from.toEpochMilli(),
            InstantSource.system());
    Restore.Report report = run(backup, kafka, target);
    report
        .records()
        .forEach((topic, records) -> screen.line("  %-20s %,d records", topic.folder(), records));
    note(report.erased(), "%,d records left out: their users were erased");
    note(report.lost(), "%,d events are missing: Kafka had deleted them before the backup");
    restoreModels(backup);
    tellTheRest(backup, report);
    screen.line("Restored in %.1f s.".formatted((System.nanoTime() - began) / 1e9));
  }

  private static Restore.Report run(BackupFolder backup, KafkaSettings kafka, Restore.Target target)
      throws IOException {
    try (var progress = new TerminalProgress()) {
      return new Restore(backup, kafka, target, progress).run(() -> allow(backup, kafka));
    }
  }

  private static void allow(BackupFolder backup, KafkaSettings kafka) {
    ExportAudit.allow(
        kafka,
        new SchemaRegistryClient(kafka.registry()),
        ExportAudit.RESTORE,
        "everything from " + backup.place());
  }

  private void note(long count, String sentence) {
    if (count > 0) {
      screen.line("  " + sentence, count);
    }
  }

  /** Those of a cluster are not this command's to start. */
  private void startLocalServers() {
    if (Variables.find("ATTUNE_KAFKA_BOOTSTRAP_SERVERS").isEmpty()
        && Checkout.lookFor().isPresent()) {
      StackSettings settings = StackSettings.fromEnvironment(System.getenv());
      try (var view = new StackView(screen, settings.ports())) {
        LocalStack stack = new LocalStack(settings, view);
        stack.up(Part.KAFKA);
        stack.up(Part.REGISTRY);
        screen.keep();
      }
    }
  }

  private void restoreModels(BackupFolder backup) throws IOException, ModelException {
    for (Path each : folders(backup.models())) {
      ModelRegistry registry = PlaybookFolders.registry(each);
      // one that was cut off has versions and none that is live
      if (registry.live().isEmpty()) {
        int versions = ModelCopy.copy(new ModelRegistry(each), registry);
        screen.line("  %-20s %,d versions", "models", versions);
      } else {
        screen.line(
            "  %-20s left as they are: %s has one that is live", "models", registry.place());
      }
    }
  }

  private void tellTheRest(BackupFolder backup, Restore.Report report) throws IOException {
    for (Path each : folders(backup.playbooks())) {
      screen.line("The playbook is in %s; ATTUNE_PLAYBOOK names the one that is used.", each);
    }
    if (Files.exists(backup.keys())) {
      screen.line(
          "The file of keys is %s; ATTUNE_KEYS_FILE names the one that is used.", backup.keys());
    }
    screen.line("Now start the services with ATTUNE_EPOCH=%d.", ExportPlace.epoch());
    if (report.isKeptLonger()) {
      screen.line(
          "Once feature-streams has no lag: ./attune backup NEW_DIR, then ./attune restore --finish.");
    }
  }

  private static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }

  /** Of feature-streams. */
  private static String applicationId() {
    return Variables.find("ATTUNE_STREAMS_APPLICATION_ID")
        .orElseGet(
            () ->
                StreamsApplicationId.of(AttuneFolders.fromEnvironment(System.getenv()).home())
                    .applicationId());
  }
}
