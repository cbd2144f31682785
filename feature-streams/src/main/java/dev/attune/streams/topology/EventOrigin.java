package dev.attune.streams.topology;

import dev.attune.kafka.past.PastOrigin;
import dev.attune.kafka.past.PastTopic;
import dev.attune.schemas.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Where an event was in {@code interaction-events}, and when its record was made, also when it is
 * read from the topic of the past.
 */
final class EventOrigin {
  private EventOrigin() {}

  private record Source(String topic, int partition, long offset) implements RecordMetadata {}

  /** A copy's origin; of any other record the source itself, whatever its headers say. */
  static RecordMetadata of(RecordMetadata source, Headers headers, Topics topics) {
    PastOrigin origin = PastTopic.is(source.topic()) ? PastOrigin.of(headers) : null;
    return origin == null
        ? source
        : new Source(topics.interactionEvents(), source.partition(), origin.offset());
  }

  /** A copy is as old as its original, by which it takes its place beside decisions. */
  static final class Timestamp extends UsePartitionTimeOnInvalidTimestamp {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
      PastOrigin origin = PastTopic.is(record.topic()) ? PastOrigin.of(record.headers()) : null;
      return origin == null ? super.extract(record, partitionTime) : origin.timestamp();
    }
  }
}
