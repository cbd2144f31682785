package dev.attune.responses.audit;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.AuditRecord;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** The newest records of the topic {@code audit}; some hundred bytes each, in memory. */
@Component
class AuditTrail extends WholeTopicFollower<AuditRecord> {
  /** Of each partition when reading starts, and of all of them afterwards. */
  static final int KEPT = 2_000;

  private final ConcurrentSkipListMap<Key, AuditRecord> newest =
      new ConcurrentSkipListMap<>(Comparator.comparingLong(Key::at).thenComparing(Key::id));

  /** A record that is there twice has the same id. */
  private record Key(long at, String id) {}

  AuditTrail(KafkaSettings kafka, Topics topics, SchemaRegistryClient registry) {
    super(
        kafka,
        topics.audit(),
        new AvroDeserializer<>(registry, AuditRecord.class),
        new StartAt.Tail(KEPT));
  }

  @Override
  protected void remember(AuditRecord act, long offset) {
    newest.put(new Key(act.getAt(), act.getId()), act);
    while (newest.size() > KEPT) {
      newest.pollFirstEntry();
    }
  }

  /** Newest first. */
  List<AuditRecord> newest(Predicate<AuditRecord> wanted, int most) {
    return newest.descendingMap().values().stream().filter(wanted).limit(most).toList();
  }
}
