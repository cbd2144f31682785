package dev.attune.responses.topic;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicFollower;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.springframework.context.SmartLifecycle;

/**
 * Reads a small topic, or the newest records of a larger one, and follows it, without a group:
 * every replica sees all of it. Subclasses keep what they need of it in memory.
 *
 * @param <T> the topic's values
 */
public abstract class WholeTopicFollower<T extends SpecificRecord> extends TopicFollower
    implements SmartLifecycle {
  /** The phase of a topic that readiness waits for: read before the web servers start. */
  protected static final int READINESS_WAITS = DEFAULT_PHASE - 4096;

  private final KafkaSettings kafka;
  private final String topic;
  private final AvroDeserializer<T> values;
  private final StartAt start;

  /** From its beginning. */
  protected WholeTopicFollower(KafkaSettings kafka, String topic, AvroDeserializer<T> values) {
    this(kafka, topic, values, new StartAt.Beginning());
  }

  protected WholeTopicFollower(
      KafkaSettings kafka, String topic, AvroDeserializer<T> values, StartAt start) {
    super(topic);
    this.start = start;
    this.kafka = kafka;
    this.topic = topic;
    this.values = values;
  }

  final String topic() {
    return topic;
  }

  /**
   * Takes a record in; called by the follower's thread.
   *
   * @param offset in its partition, for who has to know which of two records is the later one
   */
  protected abstract void remember(T record, long offset);

  /** A key's records are no longer valid; called by the follower's thread. */
  protected void forget(String key) {}

  @Override
  protected final TopicReader open() {
    return TopicReader.of(kafka, "attune-responses-" + topic, topic, start);
  }

  @Override
  protected final void take(ConsumerRecords<String, byte[]> records) {
    for (ConsumerRecord<String, byte[]> record : records) {
      if (record.value() == null) {
        forget(record.key());
      } else {
        values.readable(record).ifPresent(value -> remember(value, record.offset()));
      }
    }
  }
}
