package dev.attune.streams.backfill;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.past.PastTopic;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import dev.attune.streams.topology.Predecessor;
import dev.attune.streams.topology.SaidSessions;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A predecessor known by its consumer group. While it runs, everything is left to it. Once it has
 * stopped, its committed offsets are the border: exactly-once means that it has published what lies
 * below them, once, and nothing above.
 *
 * <p>A border that is gone (Kafka forgets an unused group's offsets after a week) was passed long
 * ago, unless this application hasn't read anything either: that is a wrong setting.
 *
 * <p>The topic of the past holds events that {@code interaction-events} has lost. While it is read,
 * decisions are read up to the newest event of their partition's past: later ones belong to later
 * events.
 */
public final class KafkaPredecessor implements Predecessor {
  private static final Logger log = LoggerFactory.getLogger(KafkaPredecessor.class);

  private final KafkaSettings kafka;
  private final BackfillSettings settings;
  private final String ownId;
  private final Topics topics;
  private final int epoch;
  private final SchemaRegistryClient schemas;
  private final ErasedUsers erased;
  private final PastSessions sessions;
  private final Map<TopicPartition, Long> progress = new ConcurrentHashMap<>();
  private volatile Map<TopicPartition, Long> borders = Map.of();

  /** Where decisions begin that are left for later. */
  private volatile Map<TopicPartition, Long> laterDecisions = Map.of();

  public KafkaPredecessor(
      KafkaSettings kafka,
      BackfillSettings settings,
      String ownId,
      int epoch,
      SchemaRegistryClient schemas,
      UserHasher hasher) {
    this.kafka = kafka;
    this.settings = settings;
    this.ownId = ownId;
    this.topics = kafka.topics().names();
    this.epoch = epoch;
    this.schemas = schemas;
    this.erased = new ErasedUsers(hasher);
    this.sessions = new PastSessions(kafka, ownId + "-past", schemas);
  }

  private String id() {
    return Objects.requireNonNull(settings.of());
  }

  @Override
  public boolean prepare() {
    if (settings.publish()) {
      try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
        if (admin.hasMembers(id())) {
          log.info("waiting for {} to stop", id());
          return false;
        }
        borders = borders(admin);
      }
    }
    if (settings.readsPast()) {
      try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
        laterDecisions =
            PastTopic.laterDecisions(kafka, admin, Objects.requireNonNull(settings.past()));
      }
    }
    readErasures();
    return true;
  }

  private Map<TopicPartition, Long> borders(KafkaAdmin admin) {
    Map<TopicPartition, Long> found = admin.settled(id());
    if (found.isEmpty() && admin.settled(ownId).isEmpty()) {
      throw new IllegalStateException(
          "attune.backfill.of is " + id() + ", which has read nothing; nor has " + ownId);
    }
    return found;
  }

  @Override
  public String eventsTopic(String topic) {
    return settings.readsPast() ? Objects.requireNonNull(settings.past()) : topic;
  }

  @Override
  public void open(int partition) {
    if (settings.publish()) {
      TopicPartition events = new TopicPartition(topics.interactionEvents(), partition);
      progress.put(events, position(events));
      sessions.begin(partition);
    }
  }

  /** Where this one goes on reading: at what it has committed, else at the partition's start. */
  private long position(TopicPartition events) {
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      return Math.max(admin.first(events), admin.settled(ownId).getOrDefault(events, 0L));
    }
  }

  @Override
  public void reads(RecordMetadata source) {
    if (settings.publish()) {
      progress.put(partition(source), source.offset() + 1);
    }
  }

  @Override
  public boolean published(RecordMetadata source) {
    return source.offset() < border(partition(source));
  }

  @Override
  public boolean isAhead(int partition) {
    TopicPartition events = new TopicPartition(topics.interactionEvents(), partition);
    return progress.getOrDefault(events, 0L) < border(events);
  }

  /** Nothing yet while the predecessor runs: all is published by it. */
  private long border(TopicPartition partition) {
    return settings.publish() ? borders.getOrDefault(partition, 0L) : Long.MAX_VALUE;
  }

  /**
   * Of who was erased only the past: what comes after the border is a live event like any other.
   */
  @Override
  public boolean excludes(RecordMetadata source, String userId, long timestamp) {
    if (!published(source)) {
      return false;
    }
    if (source.offset() >= laterDecisions.getOrDefault(partition(source), Long.MAX_VALUE)) {
      return true;
    }
    return source.topic().equals(topics.interactionEvents())
        ? erased.excludes(userId, new Position(epoch, source.partition(), source.offset()))
        : erased.excludes(userId, timestamp);
  }

  @Override
  public SaidSessions sessions(int partition) {
    return sessions.of(partition);
  }

  @Override
  public void tookOver(int partition) {
    sessions.forget(partition);
  }

  private void readErasures() {
    var values = new AvroDeserializer<>(schemas, Erasure.class);
    var start = new StartAt.Beginning();
    try (TopicReader reader = TopicReader.of(kafka, ownId + "-past", topics.erasures(), start)) {
      reader.readToEnd(record -> values.readable(record).ifPresent(erased::add));
    }
  }

  private static TopicPartition partition(RecordMetadata source) {
    return new TopicPartition(source.topic(), source.partition());
  }
}
