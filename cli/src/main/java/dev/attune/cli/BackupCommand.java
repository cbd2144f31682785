package dev.attune.cli;

import dev.attune.cli.backup.Backup;
import dev.attune.cli.backup.BackupFolder;
import dev.attune.core.scoring.ModelCopy;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Keeps what nothing else holds. */
@Command(
    name = "backup",
    description = {
      "Copies what Kafka alone holds into a folder, with schemas, models, the playbook and the file",
      "of keys. Services may run meanwhile. The next run adds what came since, and takes users who",
      "were erased since out of the older files. The topic audit has a record of each run.",
      "Kafka is found by the services' environment variables: docs/settings.md."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class BackupCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The backup's folder; made if it isn't there.")
  private Path folder;

  private final Terminal screen = Terminal.standard();

  @Override
  public Integer call() throws ModelException {
    BackupFolder backup = new BackupFolder(folder);
    long began = System.nanoTime();
    try {
      KafkaSettings kafka = KafkaEnvironment.settings(System.getenv());
      ExportAudit.allow(
          kafka,
          new SchemaRegistryClient(kafka.registry()),
          ExportAudit.BACKUP,
          "everything into " + backup.place());
      Backup.Report report = run(backup, kafka);
      Path playbook = PlaybookFolders.playbookDir(null);
      int models = copyModels(backup, playbook);
      copyPlaybook(backup, playbook);
      copyKeys(backup);
      print(report, models);
      screen.line(
          "%s has %,d KB; this run took %.1f s."
              .formatted(backup.place(), backup.size() / 1024, (System.nanoTime() - began) / 1e9));
    } catch (IOException e) {
      throw new UserFault("The backup can't be written: " + e.getMessage() + ".", e);
    } catch (RegistryException | IllegalArgumentException e) {
      throw new UserFault(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  private static Backup.Report run(BackupFolder backup, KafkaSettings kafka) throws IOException {
    try (var progress = new TerminalProgress()) {
      return new Backup(backup, kafka, ExportPlace.epoch(), ExclusionList.hasher(), progress).run();
    }
  }

  private static int copyModels(BackupFolder backup, Path playbook) throws ModelException {
    Path copies = backup.models().resolve(name(playbook));
    return ModelCopy.copy(PlaybookFolders.registry(playbook), new ModelRegistry(copies));
  }

  /** As it is now; files that are no more are left. */
  private static void copyPlaybook(BackupFolder backup, Path playbook) throws IOException {
    Path copies = Files.createDirectories(backup.playbooks().resolve(name(playbook)));
    try (var files = Files.list(playbook)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copies.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static String name(Path playbook) {
    return playbook.toAbsolutePath().normalize().getFileName().toString();
  }

  private static void copyKeys(BackupFolder backup) throws IOException {
    Optional<Path> keys = Variables.find("ATTUNE_KEYS_FILE").map(Path::of);
    if (keys.isPresent()) {
      Files.copy(keys.get(), backup.keys(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void print(Backup.Report report, int models) {
    report
        .records()
        .forEach(
            (topic, records) -> screen.line("  %-20s %,d new records", topic.folder(), records));
    report
        .lost()
        .forEach(
            (topic, lost) -> {
              if (lost > 0) {
                screen.line(
                    "  %-20s %,d records are missing: Kafka had deleted them before",
                    topic.folder(), lost);
              }
            });
    screen.line("  %-20s %,d new versions", "models", models);
    if (report.erasures() > 0) {
      screen.line("  %-20s %,d carried out in the files", "erasures", report.erasures());
    }
  }
}
