package dev.attune.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.TokenCounts;
import dev.attune.schemas.avro.UserProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
  private static final String TOPIC = "interaction-events";

  private final LittleRegistry registry = new LittleRegistry();
  private final SchemaRegistryClient client =
      new SchemaRegistryClient(registry.url(), Duration.ofSeconds(5));
  private final AvroSerializer<InteractionEvent> serializer = new AvroSerializer<>(client);
  private final AvroDeserializer<InteractionEvent> deserializer =
      new AvroDeserializer<>(client, InteractionEvent.class);

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void writesMagicSchemaIdAndAvroBinary() throws IOException {
    for (int i = 1; i <= 0x0102; i++) {
      registry.add("other schema " + i);
    }

    byte[] bytes = write(event("e-1"));

    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 1, 3);
    var generic = new GenericDatumReader<GenericRecord>(InteractionEvent.getClassSchema());
    GenericRecord plain =
        generic.read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    assertThat(plain.get("eventId")).hasToString("e-1");
  }

  @Test
  void readsWhatItWrote() {
    InteractionEvent event = event("e-1");

    InteractionEvent read = read(write(event));

    assertThat(read).isEqualTo(event);
    assertThat(read.getContext().getTimezone()).isInstanceOf(String.class);
    assertThat(read.getProperties()).containsExactly(Map.entry("k", "1"));
  }

  @Test
  void readsVectorsWithNestedLists() {
    FeatureVector vector =
        FeatureVector.newBuilder()
            .setFeatureSetId("f")
            .setNumbers(List.of(1.5, Double.NaN))
            .setCategories(Arrays.asList("web", null))
            .setTokens(List.of(new TokenCounts(List.of(1, -2), List.of(3, 4))))
            .build();
    UserProfile profile =
        UserProfile.newBuilder()
            .setUserId("u")
            .setPartition(1)
            .setOffset(2)
            .setOccurredAt(3)
            .setReceivedAt(4)
            .setVector(vector)
            .setSegments(List.of("frustrated"))
            .build();

    byte[] bytes = new AvroSerializer<UserProfile>(client).serialize("p", profile);

    assertThat(new AvroDeserializer<>(client, UserProfile.class).deserialize("p", bytes))
        .isEqualTo(profile);
  }

  @Test
  void passesTombstones() {
    assertThat(serializer.serialize(TOPIC, null)).isNull();
    assertThat(deserializer.deserialize(TOPIC, null)).isNull();
    assertThat(registry.requests).isEmpty();
  }

  @Test
  void aRecordWrittenBeforehandIsTheSameOnceAddressed() {
    byte[] bytes = new RecordWriter<InteractionEvent>().write(event("e-1"));
    assertThat(registry.requests).isEmpty();

    serializer.address(TOPIC, InteractionEvent.getClassSchema(), bytes);

    assertThat(bytes).isEqualTo(write(event("e-1")));
  }

  @Test
  void callsTheRegistryOnceATopic() {
    for (int i = 0; i < 100; i++) {
      read(write(event("e-" + i)));
    }

    assertThat(registry.requests).hasSize(2);
  }

  @Test
  void alternatingTopicsStillCallTheRegistryOnce() {
    for (int i = 0; i < 10; i++) {
      serializer.serialize("a", event("e"));
      serializer.serialize("b", event("e"));
    }

    assertThat(registry.requests).hasSize(2);
  }

  @Test
  void readsAnOlderWritersRecordWithDefaults() throws IOException {
    Schema older = without(InteractionEvent.getClassSchema(), "channel");

    byte[] bytes = write(older, generic(older));
    InteractionEvent read = read(bytes);

    assertThat(read.getUserId()).isEqualTo("u-1");
    assertThat(read.getChannel()).isNull();
  }

  @Test
  void readsANewerWritersRecordSkippingWhatItDoesNotKnow() throws IOException {
    Schema newer =
        new Schema.Parser()
            .parse(
                SegmentChange.getClassSchema()
                    .toString()
                    .replace(
                        "\"fields\":[",
                        "\"fields\":[{\"name\":\"why\",\"type\":\"string\",\"default\":\"\"},"));
    GenericRecord written = new GenericData.Record(newer);
    newer.getFields().forEach(field -> written.put(field.name(), sample(field.schema())));

    byte[] bytes = write(newer, written);
    assertThat(new AvroDeserializer<>(client, SegmentChange.class).deserialize("s", bytes))
        .extracting(SegmentChange::getSegment)
        .isEqualTo("text");
  }

  @Test
  void refusesWhatIsNotTheWireFormat() {
    for (byte[] bytes :
        List.of(new byte[0], new byte[] {0, 0, 0, 1}, "{\"a\":1}".getBytes(UTF_8))) {
      assertThatExceptionOfType(RecordException.NotWireFormat.class)
          .isThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
          .matches(e -> !e.retriable());
    }
  }

  @Test
  void refusesUnknownSchemaIds() {
    assertThatExceptionOfType(RecordException.UnknownSchemaId.class)
        .isThrownBy(() -> deserializer.deserialize(TOPIC, new byte[] {0, 0, 0, 0, 77, 1}))
        .withMessageContaining("77")
        .matches(e -> !e.retriable());
  }

  @Test
  void refusesRecordsOfAnotherType() {
    byte[] bytes = write(event("e-1"));

    AvroDeserializer<SegmentChange> other = new AvroDeserializer<>(client, SegmentChange.class);

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(RecordException.Incompatible.class)
          .isThrownBy(() -> other.deserialize(TOPIC, bytes))
          .withMessageContaining("InteractionEvent")
          .matches(e -> !e.retriable());
    }
  }

  @Test
  void saysWhenTheRegistryIsAway() {
    for (int i = 0; i < 40; i++) {
      registry.answerNext(503, "");
    }
    SchemaRegistryClient hasty = new SchemaRegistryClient(registry.url(), Duration.ofMillis(100));

    assertThatExceptionOfType(RecordException.RegistryAway.class)
        .isThrownBy(() -> new AvroSerializer<InteractionEvent>(hasty).serialize(TOPIC, event("e")))
        .matches(RecordException::retriable);
    assertThatExceptionOfType(RecordException.RegistryAway.class)
        .isThrownBy(
            () ->
                new AvroDeserializer<>(hasty, InteractionEvent.class)
                    .deserialize(TOPIC, new byte[] {0, 0, 0, 0, 1, 0}))
        .matches(RecordException::retriable);
  }

  @Test
  void anIncompleteRecordLeavesNoTraceInTheNextOne() {
    InteractionEvent broken = new InteractionEvent();
    broken.setEventId("half");
    broken.setType("clicked");

    assertThatExceptionOfType(RecordException.Malformed.class)
        .isThrownBy(() -> serializer.serialize(TOPIC, broken));

    InteractionEvent event = event("whole");
    assertThat(read(write(event))).isEqualTo(event);
  }

  @Test
  void refusesTruncatedAndPaddedRecords() {
    byte[] bytes = write(event("e-1"));

    for (int length = 5; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(RecordException.Malformed.class)
          .isThrownBy(() -> deserializer.deserialize(TOPIC, truncated));
    }
    assertThatExceptionOfType(RecordException.Malformed.class)
        .isThrownBy(() -> deserializer.deserialize(TOPIC, Arrays.copyOf(bytes, bytes.length + 1)));
  }

  @Test
  void survivesRandomDamageWithDeclaredErrorsOnly() {
    byte[] bytes = write(event("e-1"));
    Random random = new Random(20260102);

    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = bytes.clone();
      for (int n = random.nextInt(1, 6); n > 0; n--) {
        damaged[random.nextInt(5, damaged.length)] = (byte) random.nextInt();
      }
      try {
        deserializer.deserialize(TOPIC, damaged);
      } catch (RecordException.Malformed expected) {
        assertThat(expected.retriable()).isFalse();
      }
    }
  }

  @Test
  void hugeDeclaredLengthsAllocateNothing() throws IOException {
    int id = client.register("p-value", UserProfile.getClassSchema());
    AvroDeserializer<UserProfile> profiles = new AvroDeserializer<>(client, UserProfile.class);

    for (long count : new long[] {1L << 20, Integer.MAX_VALUE, Integer.MAX_VALUE - 8, 1L << 40}) {
      byte[] bytes = profileClaiming(id, count);
      assertThatExceptionOfType(RecordException.Malformed.class)
          .isThrownBy(() -> profiles.deserialize("p", bytes));
    }
  }

  @Test
  void oneInstanceServesManyThreads() throws Exception {
    List<Callable<Boolean>> work =
        IntStream.range(0, 64)
            .<Callable<Boolean>>mapToObj(thread -> () -> roundTrips("t-" + thread))
            .toList();

    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var result : threads.invokeAll(work)) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  private boolean roundTrips(String name) {
    for (int i = 0; i < 200; i++) {
      InteractionEvent event = event(name + "-" + i);
      if (!event.equals(read(write(event)))) {
        return false;
      }
    }
    return true;
  }

  private byte[] write(InteractionEvent event) {
    return Objects.requireNonNull(serializer.serialize(TOPIC, event));
  }

  private InteractionEvent read(byte[] bytes) {
    return Objects.requireNonNull(deserializer.deserialize(TOPIC, bytes));
  }

  private static InteractionEvent event(String id) {
    return InteractionEvent.newBuilder()
        .setEventId(id)
        .setType("message_sent")
        .setUserId("u-1")
        .setOccurredAt(1_700_000_000_000L)
        .setReceivedAt(1_700_000_000_001L)
        .setChannel("web")
        .setContext(EventContext.newBuilder().setTimezone("Europe/Madrid").build())
        .setProperties(Map.of("k", "1"))
        .setMessageSent(MessageSent.newBuilder().setText("¿dónde está? 🛒").setLength(14).build())
        .build();
  }

  private byte[] write(Schema schema, GenericRecord datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(registry.add(schema.toString())).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** A profile whose list of numbers claims to be as long as {@code count}. */
  private static byte[] profileClaiming(int id, long count) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    encoder.writeString("u");
    encoder.writeIndex(0);
    encoder.writeInt(0);
    encoder.writeInt(0);
    encoder.writeLong(0);
    encoder.writeLong(0);
    encoder.writeLong(0);
    encoder.writeString("f");
    encoder.writeLong(count);
    encoder.flush();
    return out.toByteArray();
  }

  private static Schema without(Schema schema, String name) {
    List<Schema.Field> fields =
        schema.getFields().stream()
            .filter(field -> !field.name().equals(name))
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }

  private static GenericRecord generic(Schema schema) {
    GenericRecord written = new GenericData.Record(schema);
    written.put("eventId", "e-1");
    written.put("type", "clicked");
    written.put("userId", "u-1");
    written.put("occurredAt", 1L);
    written.put("receivedAt", 2L);
    return written;
  }

  private static Object sample(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> "text";
      case INT -> 1;
      case LONG -> 1L;
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }
}
