package dev.attune.cli.backup;

import dev.attune.cli.backup.BackupState.TopicState;
import dev.attune.core.files.FileLease;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What Kafka alone holds, into a folder: what came since the last run is added ({@link
 * TopicBackup}), and users who were erased since are taken out of the files.
 *
 * <p>Each partition is read to the end that it has when its turn comes. A run that is killed loses
 * nothing and doubles nothing: what it had not noted is read again into the same file.
 */
public final class Backup {
  private final BackupFolder folder;
  private final KafkaSettings kafka;
  private final int epoch;
  private final SchemaRegistryClient registry;
  private final ErasedRecords erased;
  private final Progress shown;

  /**
   * @param epoch of the topics' positions, as {@code ATTUNE_EPOCH} is for the services
   * @param hasher with the secret that erased users are named by
   */
  public Backup(
      BackupFolder folder, KafkaSettings kafka, int epoch, UserHasher hasher, Progress shown) {
    this.shown = shown;
    this.folder = folder;
    this.kafka = kafka;
    this.epoch = epoch;
    this.registry = new SchemaRegistryClient(kafka.registry());
    this.erased = new ErasedRecords(registry, hasher, epoch);
  }

  /**
   * What a run did.
   *
   * @param records new ones, by topic
   * @param lost how many each topic lacks: Kafka had deleted them before any run read them
   * @param erasures how many were carried out in the files
   */
  public record Report(Map<BackupTopic, Long> records, Map<BackupTopic, Long> lost, int erasures) {}

  /**
   * @throws IOException when files can't be read or written
   * @throws UserFault when the folder is of other topics, or another run is writing to it
   * @throws org.apache.kafka.common.KafkaException when Kafka doesn't answer or refuses
   */
  public Report run() throws IOException {
    try (FileLease unused = folder.lock();
        KafkaAdmin admin = new KafkaAdmin(kafka)) {
      BackupState state = folder.state().orElse(BackupState.begin(epoch));
      requireSameEpoch(state);
      addKnownErasures(state);
      Map<BackupTopic, Long> records = new EnumMap<>(BackupTopic.class);
      Map<BackupTopic, Long> lost = new EnumMap<>(BackupTopic.class);
      for (BackupTopic topic : BackupTopic.values()) {
        TopicBackup backup = new TopicBackup(topic, folder, kafka, registry, erased, shown);
        state = backup.addNew(state, admin);
        records.put(topic, backup.written());
        TopicState progress = state.of(topic);
        lost.put(topic, progress == null ? 0 : progress.lostRecords());
      }
      return new Report(records, lost, carryOutErasures(state));
    }
  }

  private void requireSameEpoch(BackupState state) {
    if (state.epoch() != epoch) {
      throw new UserFault(
          "%s has a backup of epoch %d, and ATTUNE_EPOCH is %d: back up into a new folder."
              .formatted(folder.place(), state.epoch(), epoch));
    }
  }

  private void addKnownErasures(BackupState state) throws IOException {
    TopicState known = state.of(BackupTopic.ERASURES);
    if (known != null) {
      for (int partition : known.next().keySet()) {
        folder.read(BackupTopic.ERASURES, partition, known, record -> erased.add(record.value()));
      }
    }
  }

  /** Takes users who were erased since the last run out of its files. */
  private int carryOutErasures(BackupState state) throws IOException {
    Set<String> open = new HashSet<>(erased.receipts());
    state.receipts().forEach(open::remove);
    if (!open.isEmpty()) {
      for (BackupTopic topic : BackupTopic.values()) {
        TopicState progress = state.of(topic);
        if (topic.isOfUsers() && progress != null) {
          for (int partition : progress.next().keySet()) {
            for (Path file : folder.files(topic, partition)) {
              new ErasingCopy(file, topic, partition, erased).replace();
            }
          }
        }
      }
      folder.replaceState(state.carriedOut(erased.receipts()));
    }
    return open.size();
  }
}
