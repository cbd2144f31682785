package dev.attune.cli.backup;

import dev.attune.cli.backup.BackupState.TopicState;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.SchemaSetup;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.schemas.Topics;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * A backup into empty topics: each record in the partition, the order and with the time that it
 * had, without users who were erased since. Its schemas are registered with whatever ids the
 * registry gives them.
 *
 * <p>Offsets begin again at 0. So the epoch must be higher than the backup's: otherwise what is
 * counted now would be older than the predictions that are stored, and an erasure would cover the
 * events that its user sends from now on.
 */
public final class Restore {
  private final BackupFolder folder;
  private final KafkaSettings kafka;
  private final Target target;
  private final Progress shown;
  private final Topics topics;
  private final SchemaRegistryClient registry;

  /**
   * Where to, beside Kafka.
   *
   * @param epoch that the services will have
   * @param applicationId of feature-streams
   * @param hasher with the secret that erased users are named by
   * @param from older events and decisions are left out, epoch milliseconds
   */
  public record Target(
      int epoch, String applicationId, UserHasher hasher, long from, InstantSource clock) {}

  public Restore(BackupFolder folder, KafkaSettings kafka, Target target, Progress shown) {
    this.shown = shown;
    this.folder = folder;
    this.kafka = kafka;
    this.target = target;
    this.topics = kafka.topics().names();
    this.registry = new SchemaRegistryClient(kafka.registry());
  }

  /**
   * What a run did.
   *
   * @param records restored ones, by topic
   * @param erased records that were left out, since their users were erased
   * @param lost events that the backup lacks: Kafka had deleted them before it was made
   * @param isKeptLonger whether topics keep records longer than usual until they are counted
   */
  public record Report(
      Map<BackupTopic, Long> records, long erased, long lost, boolean isKeptLonger) {}

  /** Is told when everything is checked, before any record of a user is written. */
  public interface Permission {
    void ask();
  }

  /**
   * @throws IOException when files can't be read
   * @throws UserFault when the backup doesn't fit, or what is restored into isn't empty
   * @throws org.apache.kafka.common.KafkaException when Kafka doesn't answer or refuses
   */
  public Report run(Permission permission) throws IOException {
    BackupState state =
        folder
            .state()
            .orElseThrow(() -> new UserFault("There is no backup in " + folder.place() + "."));
    requireHigherEpoch(state);
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      if (admin.hasMembers(target.applicationId())) {
        throw new UserFault(
            "feature-streams is running (%s): stop the services first, else it counts events before all are there."
                .formatted(target.applicationId()));
      }
      createTopics(state, admin);
      requireEmpty(state, admin);
      SchemaSetup.register(registry, topics);
      permission.ask();
      return restore(state, admin);
    }
  }

  private void requireHigherEpoch(BackupState state) {
    if (target.epoch() <= state.epoch()) {
      throw new UserFault(
          "The backup is of epoch %d: set ATTUNE_EPOCH to %d here and for all services, since offsets begin again."
              .formatted(state.epoch(), state.epoch() + 1));
    }
  }

  /** With as many partitions as they had. */
  private void createTopics(BackupState state, KafkaAdmin admin) {
    TopicSettings asked = kafka.topics();
    if (asked.create()) {
      int partitions = progress(state, BackupTopic.EVENTS).next().size();
      TopicSetup.ensure(
          kafka.with(
              new TopicSettings(asked.prefix(), true, partitions, asked.replicationFactor())));
    }
    for (BackupTopic topic : BackupTopic.values()) {
      if (!admin.topics().contains(topic.in(topics))) {
        throw new UserFault("The topic %s is missing: create it.".formatted(topic.in(topics)));
      }
    }
  }

  private void requireEmpty(BackupState state, KafkaAdmin admin) {
    for (BackupTopic topic : BackupTopic.values()) {
      String name = topic.in(topics);
      var first = admin.first(name);
      int partitions = progress(state, topic).next().size();
      if (first.size() != partitions) {
        throw new UserFault(
            "%s has %d partitions, in the backup it has %d: they must be equal, since a user's partition and a decision's id depend on them."
                .formatted(name, first.size(), partitions));
      }
      if (!topic.mayBeginBefore() && !first.equals(admin.end(name))) {
        throw new UserFault(
            "%s has records already: a backup is restored into empty topics. Delete them, or set another ATTUNE_TOPIC_PREFIX."
                .formatted(name));
      }
    }
  }

  private TopicState progress(BackupState state, BackupTopic topic) {
    TopicState progress = state.of(topic);
    if (progress == null) {
      throw new UserFault(
          "The backup in %s was cut off before %s was read: run ./attune backup again."
              .formatted(folder.place(), topic.folder()));
    }
    return progress;
  }

  private Report restore(BackupState state, KafkaAdmin admin) throws IOException {
    ErasedRecords erased = new ErasedRecords(registry, target.hasher(), state.epoch());
    addErasuresOfTarget(erased);
    TopicRestore.Counts counts = new TopicRestore.Counts(shown);
    Map<BackupTopic, TopicRestore> parts = new EnumMap<>(BackupTopic.class);
    boolean longer = false;
    for (BackupTopic topic : BackupTopic.values()) {
      var part =
          new TopicRestore(
              topic, folder, progress(state, topic), kafka, registry, erased, target.from());
      parts.put(topic, part);
    }
    Objects.requireNonNull(parts.get(BackupTopic.ERASURES)).learnErasures();
    for (TopicRestore part : parts.values()) {
      longer |= part.keepLonger(admin, target.clock().millis());
      part.write(counts);
    }
    long lost = progress(state, BackupTopic.EVENTS).lostRecords();
    return new Report(counts.records(), counts.erased(), lost, longer);
  }

  /** Who was erased there already. */
  private void addErasuresOfTarget(ErasedRecords erased) {
    String topic = BackupTopic.ERASURES.in(topics);
    try (TopicReader reader =
        TopicReader.of(kafka, "attune-restore", topic, new StartAt.Beginning())) {
      reader.readToEnd(record -> erased.add(record.value()));
    }
  }
}
