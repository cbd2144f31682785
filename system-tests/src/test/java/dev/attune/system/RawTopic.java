package dev.attune.system;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A topic's committed records as bytes. */
final class RawTopic {
  private RawTopic() {}

  /** All up to now, of the given key. */
  static List<byte[]> values(String bootstrapServers, String topic, String key) {
    return records(bootstrapServers, topic).stream()
        .filter(record -> key.equals(record.key()))
        .map(ConsumerRecord::value)
        .toList();
  }

  static List<ConsumerRecord<String, byte[]>> records(String bootstrapServers, String topic) {
    return records(KafkaSettings.of(bootstrapServers), topic);
  }

  static List<ConsumerRecord<String, byte[]>> records(KafkaSettings kafka, String topic) {
    var records = new ArrayList<ConsumerRecord<String, byte[]>>();
    try (TopicReader reader = TopicReader.of(kafka, "test", topic, new StartAt.Beginning())) {
      reader.readToEnd(records::add);
    }
    return records;
  }
}
