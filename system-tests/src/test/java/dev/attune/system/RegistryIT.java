package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.SchemaSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.SegmentChange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** The registry client and serde against a real registry and Confluent's own classes. */
class RegistryIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("registry-it.");
  private static final String TOPIC = TOPICS.interactionEvents();

  private final SchemaRegistryClient client = client(Duration.ofSeconds(10));
  private final AvroSerializer<InteractionEvent> serializer = new AvroSerializer<>(client);
  private final AvroDeserializer<InteractionEvent> deserializer =
      new AvroDeserializer<>(client, InteractionEvent.class);
  private final ConfluentFormat confluent = new ConfluentFormat(INFRA.registryUrl());

  @Test
  void confluentsClassesReadWhatAttuneWrote() {
    GenericRecord read = confluent.read(write(event("e-1")));

    assertThat(read.get("eventId")).hasToString("e-1");
    assertThat(read.get("occurredAt")).isEqualTo(1_700_000_000_000L);
    assertThat(((GenericRecord) read.get("message_sent")).get("text")).hasToString("¿dónde está?");
    assertThat(((GenericRecord) read.get("context")).get("timezone")).hasToString("Europe/Madrid");
    assertThat(read.get("clicked")).isNull();
  }

  @Test
  void attuneReadsWhatConfluentsClassesWroteAndTheBytesAreEqual() {
    byte[] ours = write(event("e-2"));

    byte[] theirs = confluent.write(Topics.subject(TOPIC), confluent.read(ours));

    assertThat(theirs).isEqualTo(ours);
    assertThat(deserializer.deserialize(TOPIC, theirs)).isEqualTo(event("e-2"));
  }

  @Test
  void registeringTwiceIsHarmless() {
    SchemaSetup.register(client, TOPICS);
    SchemaSetup.register(client(Duration.ofSeconds(10)), TOPICS);

    TOPICS
        .schemas()
        .keySet()
        .forEach(topic -> assertThat(client.latest(Topics.subject(topic))).isPresent());
  }

  @Test
  void servicesThatStartSideBySideAllSetTheRules() {
    for (int round = 0; round < 5; round++) {
      var topics = new Topics("registry-it-race-" + round + ".");
      List<CompletableFuture<Void>> starts =
          IntStream.range(0, 4)
              .mapToObj(
                  n ->
                      CompletableFuture.runAsync(
                          () -> SchemaSetup.register(client(Duration.ofSeconds(10)), topics),
                          task -> Thread.ofVirtual().start(task)))
              .toList();

      assertThat(starts).allSatisfy(start -> assertThatNoException().isThrownBy(start::join));
    }
  }

  @Test
  void refusesASchemaThatSomeReaderCouldNotRead() {
    SchemaSetup.register(client, TOPICS);
    String subject = Topics.subject(TOPICS.segmentChanges());
    Schema changed = changed("{\"name\":\"added\",\"type\":\"string\"},");

    assertThat(client.isCompatible(subject, changed)).isFalse();
    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> client.register(subject, changed))
        .matches(RegistryException.Refused::isIncompatible);
  }

  @Test
  void checksAgainstEveryVersionNotOnlyTheLast() {
    String topic = "registry-it.transitive";
    String subject = Topics.subject(topic);
    int first =
        client.register(subject, changed("{\"name\":\"a\",\"type\":\"int\",\"default\":0},"));
    client.setCompatibility(subject, SchemaSetup.COMPATIBILITY);
    int second = client.register(subject, SegmentChange.getClassSchema());

    // compatible with the second version, not with the first one, whose "a" is a number
    Schema third = changed("{\"name\":\"a\",\"type\":\"string\",\"default\":\"\"},");

    assertThat(second).isNotEqualTo(first);
    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> client.register(subject, third))
        .matches(RegistryException.Refused::isIncompatible);
  }

  @Test
  void acceptsAFieldWithADefaultAndOldReadersStillRead() {
    SchemaSetup.register(client, new Topics("registry-it-2."));
    String subject = Topics.subject("registry-it-2.segment-changes");
    Schema grown = changed("{\"name\":\"note\",\"type\":[\"null\",\"string\"],\"default\":null},");

    assertThat(client.isCompatible(subject, grown)).isTrue();
    int id = client.register(subject, grown);

    assertThat(client(Duration.ofSeconds(10)).byId(id).getField("note").defaultVal())
        .isEqualTo(JsonProperties.NULL_VALUE);
  }

  @Test
  void unknownIdIsRefused() {
    assertThatExceptionOfType(RecordException.UnknownSchemaId.class)
        .isThrownBy(() -> deserializer.deserialize(TOPIC, new byte[] {0, 0x7f, 0, 0, 0, 1}));
  }

  @Test
  void idsOutliveACrashOfTheRegistry() {
    byte[] old = write(event("old"));

    INFRA.killRegistry();
    assertThatExceptionOfType(RecordException.RegistryAway.class)
        .isThrownBy(() -> freshDeserializer(Duration.ofMillis(500)).deserialize(TOPIC, old));
    INFRA.startRegistry();

    assertThat(freshDeserializer(Duration.ofSeconds(10)).deserialize(TOPIC, old))
        .isEqualTo(event("old"));
    assertThat(write(event("old"))).isEqualTo(old);
    assertThat(new ConfluentFormat(INFRA.registryUrl()).read(old).get("eventId"))
        .hasToString("old");
  }

  private static AvroDeserializer<InteractionEvent> freshDeserializer(Duration timeout) {
    return new AvroDeserializer<>(client(timeout), InteractionEvent.class);
  }

  private static SchemaRegistryClient client(Duration timeout) {
    return new SchemaRegistryClient(INFRA.registryUrl(), timeout);
  }

  private byte[] write(InteractionEvent event) {
    return Objects.requireNonNull(serializer.serialize(TOPIC, event));
  }

  private static Schema changed(String moreFields) {
    String text = SegmentChange.getClassSchema().toString();
    return new Schema.Parser().parse(text.replace("\"fields\":[", "\"fields\":[" + moreFields));
  }

  private static InteractionEvent event(String id) {
    return InteractionEvent.newBuilder()
        .setEventId(id)
        .setType("message_sent")
        .setUserId("u-1")
        .setOccurredAt(1_700_000_000_000L)
        .setReceivedAt(1_700_000_000_001L)
        .setContext(EventContext.newBuilder().setTimezone("Europe/Madrid").build())
        .setProperties(Map.of("k", "1"))
        .setMessageSent(MessageSent.newBuilder().setText("¿dónde está?").build())
        .build();
  }
}
