package dev.attune.cli.backup;

import dev.attune.core.files.DurableMove;
import dev.attune.core.files.FileLease;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * Where what is in a backup's folder:
 *
 * <pre>
 * backup.json                                   how far topics were read
 * topics/interaction-events/3/000…042.avro      a partition's records from offset 42 on
 * schemas/7.avsc                                the registry's schema with id 7
 * models/support/…                              a model registry
 * playbook/support/…                            the playbook
 * keys                                          the key file, which has hashes of keys
 * </pre>
 */
public final class BackupFolder {
  private static final String STATE = "backup.json";
  private static final String SUFFIX = ".avro";

  private final Path root;

  public BackupFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** For people. */
  public String place() {
    return root.toString();
  }

  /** The registries of models, one a playbook. */
  public Path models() {
    return root.resolve("models");
  }

  /** The playbook, in a folder of its name. */
  public Path playbooks() {
    return root.resolve("playbook");
  }

  /** The file of keys. */
  public Path keys() {
    return root.resolve("keys");
  }

  /** Bytes of all that is in it. */
  public long size() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  FileLease lock() throws IOException {
    return FileLease.take(root.resolve(".lock"))
        .orElseThrow(() -> new UserFault("Another backup is writing to " + root + "."));
  }

  Optional<BackupState> state() throws IOException {
    Path file = root.resolve(STATE);
    return Files.exists(file)
        ? Optional.of(BackupState.of(Files.readAllBytes(file), file.toString()))
        : Optional.empty();
  }

  void replaceState(BackupState state) throws IOException {
    Path next = Files.write(root.resolve("." + STATE + ".new"), state.bytes());
    var unused = DurableMove.move(next, root.resolve(STATE));
  }

  RecordFile.Writer newFile(BackupTopic topic, int partition, long from) throws IOException {
    String name = String.format(Locale.ROOT, "%020d%s", from, SUFFIX);
    return new RecordFile.Writer(partition(topic, partition).resolve(name));
  }

  /** A partition's files, in the order of their records. */
  List<Path> files(BackupTopic topic, int partition) throws IOException {
    Path folder = partition(topic, partition);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d{20}\\" + SUFFIX))
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .toList();
    }
  }

  /**
   * All records of a partition that were noted in the state, each once: of a run that was cut off
   * there may be a file beside that of the next one.
   */
  void read(
      BackupTopic topic,
      int partition,
      BackupState.TopicState progress,
      Consumer<StoredRecord> each)
      throws IOException {
    long end = progress.next().getOrDefault(partition, 0L);
    long[] next = {0};
    for (Path file : files(topic, partition)) {
      RecordFile.read(
          file,
          record -> {
            if (record.offset() >= next[0] && record.offset() < end) {
              next[0] = record.offset() + 1;
              each.accept(record);
            }
          });
    }
  }

  private Path partition(BackupTopic topic, int partition) {
    return root.resolve("topics").resolve(topic.folder()).resolve(Integer.toString(partition));
  }

  void keep(int schemaId, Schema schema) throws IOException {
    Path file = schema(schemaId);
    Files.createDirectories(file.getParent());
    Path next = file.resolveSibling("." + file.getFileName() + ".new");
    Files.writeString(next, schema.toString());
    var unused = DurableMove.move(next, file);
  }

  /** Empty for one that the registry didn't know either. */
  Optional<Schema> find(int schemaId) throws IOException {
    Path file = schema(schemaId);
    return Files.exists(file)
        ? Optional.of(new Schema.Parser().parse(Files.readString(file)))
        : Optional.empty();
  }

  private Path schema(int id) {
    return root.resolve("schemas").resolve(Integer.toUnsignedString(id) + ".avsc");
  }
}
