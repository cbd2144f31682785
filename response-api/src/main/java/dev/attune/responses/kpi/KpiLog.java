package dev.attune.responses.kpi;

import dev.attune.core.kpi.KpiSlice;
import dev.attune.core.kpi.KpiSums;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Kpi;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The topic {@code kpis}, read from its beginning and followed. It keeps ninety days: some dozens
 * of records a day and partition, a few hundred bytes each, all of them in memory.
 */
@Component
class KpiLog extends WholeTopicFollower<Kpi> {
  private final Map<Part, Kpi> newest = new ConcurrentHashMap<>();

  private record Part(KpiSlice slice, int partition) {}

  KpiLog(KafkaSettings kafka, Topics topics, SchemaRegistryClient registry) {
    super(kafka, topics.kpis(), new AvroDeserializer<>(registry, Kpi.class));
  }

  /** All partitions together. */
  Map<KpiSlice, KpiSums> slices() {
    Map<KpiSlice, KpiSums> slices = new HashMap<>();
    newest.forEach(
        (part, kpi) -> slices.computeIfAbsent(part.slice(), _ -> new KpiSums()).add(kpi));
    return slices;
  }

  @Override
  protected void remember(Kpi kpi, long offset) {
    newest.put(new Part(KpiSlice.of(kpi), kpi.getPartition()), kpi);
  }

  /** Days are ISO dates, so their order is that of their texts. */
  void forgetBefore(String day) {
    newest.keySet().removeIf(part -> part.slice().day().compareTo(day) < 0);
  }
}
