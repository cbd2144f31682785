package dev.attune.responses.trail;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.AuditRecord;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Follows the topic {@code audit} and keeps its newest records in memory. */
@Component
class AuditTrail extends WholeTopicFollower<AuditRecord> {
  /** Of each partition when reading starts: some 60 MB, which take about a second. */
  private static final int TAIL = 200_000;

  private final NewestActs newest = new NewestActs();

  AuditTrail(KafkaSettings kafka, Topics topics, SchemaRegistryClient registry) {
    super(
        kafka,
        topics.audit(),
        new AvroDeserializer<>(registry, AuditRecord.class),
        new StartAt.Tail(TAIL));
  }

  @Override
  protected void remember(AuditRecord act, long offset) {
    newest.add(act);
  }

  /** Newest first; those before a place, or from the newest on. */
  List<AuditRecord> newest(
      Predicate<AuditRecord> wanted, NewestActs.@Nullable Place before, int most) {
    return newest.find(wanted, before, most);
  }
}
