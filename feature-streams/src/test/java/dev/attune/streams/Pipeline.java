package dev.attune.streams;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Topics of one test on the shared broker: events in, records out, committed offsets. */
final class Pipeline implements AutoCloseable {
  static final int PARTITIONS = 4;

  final Topics topics = new Topics("t" + UUID.randomUUID().toString().substring(0, 8) + ".");
  final String applicationId = topics.prefix() + "streams";

  /** Each user's last event. */
  final Map<String, Long> lastOffset = new ConcurrentHashMap<>();

  final Map<String, AtomicInteger> sent = new ConcurrentHashMap<>();

  private final Infra infra = Infra.shared();
  private final SchemaRegistryClient registry =
      new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10));
  private final Admin admin = Admin.create(Map.of("bootstrap.servers", infra.bootstrapServers()));
  private final AvroSerializer<InteractionEvent> events = new AvroSerializer<>(registry);
  private final AvroSerializer<Decision> decisions = new AvroSerializer<>(registry);
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          KafkaSettings.of(infra.bootstrapServers()).producer("test", Map.of()),
          new StringSerializer(),
          new ByteArraySerializer());

  Pipeline() {
    this(PARTITIONS);
  }

  Pipeline(int partitions) {
    TopicSetup.ensure(admin, new TopicSettings(topics.prefix(), true, partitions, (short) 1));
  }

  Admin admin() {
    return admin;
  }

  Map<String, Object> properties(ScoringServer scoring, Path stateDir) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("attune.pipeline.playbook", "src/test/resources/playbook");
    properties.put("attune.kafka.topics.prefix", topics.prefix());
    properties.put("attune.kafka.registry.url", infra.registryUrl());
    properties.put("attune.kafka.bootstrap-servers", infra.bootstrapServers());
    properties.put("attune.streams.application-id", applicationId);
    properties.put("attune.streams.instance-id", "it");
    properties.put("attune.streams.state-dir", stateDir);
    // tests wait for records that readers see after a commit
    properties.put("attune.streams.commit-interval", "100ms");
    properties.put("attune.scoring.addresses", scoring.address());
    properties.put("attune.scoring.secret", ScoringServer.SECRET);
    return properties;
  }

  void send(InteractionEvent event) {
    byte[] value = events.serialize(topics.interactionEvents(), event);
    sent.computeIfAbsent(event.getUserId(), _ -> new AtomicInteger()).incrementAndGet();
    var unused =
        producer.send(
            new ProducerRecord<>(topics.interactionEvents(), event.getUserId(), value),
            (metadata, failure) -> {
              if (failure == null) {
                lastOffset.merge(event.getUserId(), metadata.offset(), Math::max);
              }
            });
  }

  void send(Decision decision) {
    byte[] value = decisions.serialize(topics.decisions(), decision);
    var unused =
        producer.send(new ProducerRecord<>(topics.decisions(), decision.getUserId(), value));
  }

  /** With its record as old as its receipt, as the gateway writes it. */
  void sendAsReceived(InteractionEvent event) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                topics.interactionEvents(),
                null,
                event.getReceivedAt(),
                event.getUserId(),
                bytes(event)));
  }

  /** With its record as old as the decision. */
  void sendAsDecided(Decision decision) {
    byte[] value = decisions.serialize(topics.decisions(), decision);
    var unused =
        producer.send(
            new ProducerRecord<>(
                topics.decisions(), null, decision.getDecidedAt(), decision.getUserId(), value));
  }

  byte[] bytes(InteractionEvent event) {
    return java.util.Objects.requireNonNull(events.serialize(topics.interactionEvents(), event));
  }

  void sendRaw(@Nullable String key, byte[] value) {
    var unused = producer.send(new ProducerRecord<>(topics.interactionEvents(), key, value));
  }

  void flush() {
    producer.flush();
  }

  long sentEvents() {
    return sent.values().stream().mapToLong(AtomicInteger::get).sum();
  }

  /** Sum over partitions of what the application has committed. */
  long committed() {
    return committed(applicationId);
  }

  long committed(String group) {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(offset -> offset.offset())
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  SchemaRegistryClient registry() {
    return registry;
  }

  KafkaSettings kafka() {
    return KafkaSettings.of(infra.bootstrapServers())
        .with(new TopicSettings(topics.prefix(), true, PARTITIONS, (short) 1));
  }

  /** Everything committed to session-features so far. */
  List<SessionFeatures> features() {
    return read(topics.sessionFeatures(), SessionFeatures.class, "read_committed");
  }

  <T extends SpecificRecord> List<T> read(String topic, Class<T> type, String isolation) {
    List<T> values = new ArrayList<>();
    records(topic, new AvroDeserializer<>(registry, type), isolation)
        .forEach(record -> values.add(record.value()));
    return values;
  }

  /** The events that can be read, in the order of each partition. */
  List<ConsumerRecord<String, InteractionEvent>> events() {
    AvroDeserializer<InteractionEvent> reader =
        new AvroDeserializer<>(registry, InteractionEvent.class);
    return records(
            topics.interactionEvents(),
            (topic, value) -> {
              try {
                return reader.deserialize(topic, value);
              } catch (RecordException e) {
                return null;
              }
            },
            "read_committed")
        .stream()
        .filter(record -> record.value() != null)
        .toList();
  }

  /** A topic's values as they are. */
  List<byte[]> bytes(String topic) {
    return records(topic, new ByteArrayDeserializer(), "read_committed").stream()
        .map(ConsumerRecord::value)
        .filter(java.util.Objects::nonNull)
        .toList();
  }

  /** What a compacted topic comes down to: its keys and values, as hexadecimal digits. */
  Map<String, String> latest(String topic) {
    Map<String, String> latest = new TreeMap<>();
    for (ConsumerRecord<String, byte[]> record :
        records(topic, hex(), new ByteArrayDeserializer(), "read_committed")) {
      String key = record.partition() + " " + record.key();
      if (record.value() == null) {
        latest.remove(key);
      } else {
        latest.put(key, HexFormat.of().formatHex(record.value()));
      }
    }
    return latest;
  }

  private static Deserializer<String> hex() {
    return (_, bytes) -> HexFormat.of().formatHex(bytes);
  }

  private <T> List<ConsumerRecord<String, T>> records(
      String topic, Deserializer<T> values, String isolation) {
    return records(topic, new StringDeserializer(), values, isolation);
  }

  private <T> List<ConsumerRecord<String, T>> records(
      String topic, Deserializer<String> keys, Deserializer<T> values, String isolation) {
    List<ConsumerRecord<String, T>> records = new ArrayList<>();
    try (KafkaConsumer<String, T> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", infra.bootstrapServers(), "isolation.level", isolation),
            keys,
            values)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
