package dev.attune.streams.backfill;

import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.Session;
import dev.attune.streams.runtime.PipelineSettings;
import dev.attune.streams.runtime.StreamsSettings;
import dev.attune.streams.topology.Predecessor;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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
 */
public final class KafkaPredecessor implements Predecessor {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaPredecessor.class);

  private final KafkaGroups groups;
  private final TopicScan scan;
  private final BackfillSettings settings;
  private final String ownId;
  private final Topics topics;
  private final int epoch;
  private final SchemaRegistryClient schemas;
  private final ErasedUsers erased = new ErasedUsers();
  private final Map<TopicPartition, Long> progress = new ConcurrentHashMap<>();
  private volatile Map<TopicPartition, Long> borders = Map.of();

  private KafkaPredecessor(
      KafkaGroups groups,
      TopicScan scan,
      BackfillSettings settings,
      String ownId,
      PipelineSettings pipeline,
      SchemaRegistryClient schemas) {
    this.groups = groups;
    this.scan = scan;
    this.settings = settings;
    this.ownId = ownId;
    this.topics = new Topics(pipeline.topicPrefix());
    this.epoch = pipeline.epoch();
    this.schemas = schemas;
  }

  public static KafkaPredecessor of(
      BackfillSettings settings,
      StreamsSettings streams,
      PipelineSettings pipeline,
      SchemaRegistryClient schemas) {
    return new KafkaPredecessor(
        new KafkaGroups(streams.bootstrapServers(), streams.kafka()),
        new TopicScan(streams.bootstrapServers(), streams.kafka()),
        settings,
        streams.applicationId(),
        pipeline,
        schemas);
  }

  private String id() {
    return Objects.requireNonNull(settings.of());
  }

  @Override
  public boolean prepare() {
    if (settings.publish()) {
      if (groups.hasMembers(id())) {
        LOG.info("waiting for {} to stop", id());
        return false;
      }
      borders = borders();
    }
    var readsErasures = new AvroDeserializer<>(schemas, Erasure.class);
    scan.read(topics.erasures(), 0, readsErasures, erased::add);
    return true;
  }

  private Map<TopicPartition, Long> borders() {
    Map<TopicPartition, Long> found = groups.committed(id());
    if (found.isEmpty() && groups.committed(ownId).isEmpty()) {
      throw new IllegalStateException(
          "attune.backfill.of is " + id() + ", which has read nothing; nor has " + ownId);
    }
    return found;
  }

  @Override
  public void open(int partition) {
    if (settings.publish()) {
      TopicPartition events = new TopicPartition(topics.interactionEvents(), partition);
      progress.put(events, groups.position(ownId, events));
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

  /** Only of the past: what comes after the border is a live event like any other. */
  @Override
  public boolean excludes(RecordMetadata source, String userId, long timestamp) {
    if (!published(source)) {
      return false;
    }
    return source.topic().equals(topics.interactionEvents())
        ? erased.excludes(userId, new Position(epoch, source.partition(), source.offset()))
        : erased.excludes(userId, timestamp);
  }

  @Override
  public void sessionsSince(long millis, Consumer<Session> each) {
    scan.read(topics.sessions(), millis, new AvroDeserializer<>(schemas, Session.class), each);
  }

  private static TopicPartition partition(RecordMetadata source) {
    return new TopicPartition(source.topic(), source.partition());
  }
}
