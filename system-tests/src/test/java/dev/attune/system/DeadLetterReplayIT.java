package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What was refused, by the gateway or behind it, is corrected, sent again and counted once. */
class DeadLetterReplayIT {
  private static final String EVENTS = Topics.standard().interactionEvents();
  private static final JsonMapper JSON = JsonMapper.shared();

  private final StackSettings settings = RunningStack.shared().settings();
  private final SchemaRegistryClient registry =
      new SchemaRegistryClient(URI.create(settings.registryUrl()), Duration.ofSeconds(10));

  @TempDir Path folder;

  @Test
  void correctedEventsArriveOnceHoweverOftenTheyAreSent() throws Exception {
    String from = Instant.now().toString();
    String user = "corrected";
    post(
        """
        {"events":[
          {"eventId":"c-fax","type":"clicked","userId":"corrected","channel":"fax",
           "clicked":{"element":"a"}},
          {"eventId":"c-good","type":"clicked","userId":"corrected","clicked":{"element":"b"}},
          {"eventId":"c-empty","type":"clicked","userId":"corrected"}]}\
        """,
        "application/json");
    post("{\"eventId\":\"c-cut\",\"type\":\"cli", "application/x-ndjson");
    Path letters = folder.resolve("letters.jsonl");
    awaitLetters(from, letters, 3);
    Path corrected = folder.resolve("corrected.jsonl");
    Files.write(corrected, corrected(letters, user));

    JsonNode first = replay("--corrected", corrected.toString());
    JsonNode second = replay("--corrected", corrected.toString());
    JsonNode raw = replay("--from", from, "--to", Instant.now().toString());

    assertThat(first.path("accepted").asInt()).isEqualTo(3);
    assertThat(first.path("rejected").asInt()).isZero();
    assertThat(second.path("alreadyAccepted").asInt()).isEqualTo(3);
    assertThat(second.path("sent").asInt()).isZero();
    assertThat(raw.path("accepted").asInt()).isZero();
    assertThat(raw.path("unreadable").asInt()).as("the line that was cut off").isEqualTo(1);
    assertThat(idsOf(user)).containsExactlyInAnyOrder("c-good", "c-fax", "c-empty", "c-cut");
  }

  @Test
  void poisonInTheTopicIsKeptWholeAndGoesOnUnderItsRightKey() throws Exception {
    String from = Instant.now().toString();
    byte[] junk = {(byte) 0xff, (byte) 0xfe, 1, 2, 3};
    byte[] unknownSchema = {0, 0x7f, 0x7f, 0x7f, 0x7f, 9};
    produce("poison-key", junk);
    produce("poison-key", unknownSchema);
    byte[] otherType = otherType();
    produce("poison-key", otherType);
    produce("not-its-user", event("p-1", "poison-user"));
    produce(null, event("p-2", "poison-user"));
    Path letters = folder.resolve("letters.jsonl");
    List<JsonNode> lines = awaitLetters(from, letters, 5);

    JsonNode first = replay("--from", from);
    JsonNode second = replay("--from", from);

    assertThat(lines).allMatch(line -> text(line, "source").equals("feature-streams"));
    assertThat(lines)
        .extracting(line -> text(line, "code"))
        .containsExactlyInAnyOrder(
            "not_wire_format",
            "schema_unknown",
            "schema_incompatible",
            "key_mismatch",
            "key_missing");
    assertThat(lines)
        .filteredOn(line -> line.has("originalBase64") || line.has("original"))
        .extracting(DeadLetterReplayIT::original)
        .containsExactlyInAnyOrder(junk, unknownSchema, otherType);
    assertThat(first.path("accepted").asInt()).isEqualTo(2);
    assertThat(first.path("unreadable").asInt()).isEqualTo(3);
    assertThat(second.path("alreadyAccepted").asInt()).isEqualTo(2);
    assertThat(second.path("sent").asInt()).isZero();
    assertThat(idsOf("poison-user")).containsExactlyInAnyOrder("p-1", "p-2");
    repairedPoisonArrivesOnce(lines);
  }

  @Test
  void anErasedUsersLettersAreNeitherWrittenNorSent() throws Exception {
    String from = Instant.now().toString();
    produce(null, event("er-1", "letters-erased"));
    produce(null, event("er-2", "letters-kept"));
    Path letters = folder.resolve("letters.jsonl");
    List<JsonNode> before = awaitLetters(from, letters, 2);
    assertThat(before).anyMatch(line -> line.toString().contains("letters-erased"));
    String receipt =
        RunningStack.shared().responses.erase("letters-erased").path("receiptId").asString();
    Eventually.holds("the erasure is known", () -> isErased(receipt));

    JsonNode written = replay("--from", from, "--out", letters.toString());
    JsonNode sent = replay("--from", from);

    assertThat(written.path("erased").asInt()).isEqualTo(1);
    assertThat(written.path("written").asInt()).isEqualTo(1);
    assertThat(Files.readString(letters)).contains("er-2").doesNotContain("er-1", "letters-erased");
    assertThat(sent.path("accepted").asInt()).isEqualTo(1);
    assertThat(idsOf("letters-kept")).containsExactly("er-2");
    assertThat(idsOf("letters-erased")).doesNotContain("er-1");
  }

  /** Rejected events count for the SDK that their context names, where that can be read. */
  @Test
  void qualityTellsWhatEachSdkHadRejected() throws Exception {
    String from = Instant.now().toString();
    post(
        """
        {"events":[
          {"eventId":"q-1","type":"clicked","userId":"q","context":{"sdk":"test/9.1"},
           "clicked":{"element":"a"}},
          {"eventId":"q-2","type":"clicked","userId":"q","context":{"sdk":"test/9.1"}}]}\
        """,
        "application/json");
    awaitLetters(from, folder.resolve("letters.jsonl"), 1);

    List<String> lines = AttuneCommand.printed(settings, "quality", "--from", from);

    assertThat(lines).anyMatch(line -> line.matches(" +test/9\\.1 +2 +- +50\\.0 %"));
    assertThat(lines)
        .anyMatch(line -> line.matches(" +clicked\\.element +\\d+ +- +100\\.0 % +\\d{4}-.*"));
  }

  private static boolean isErased(String receipt) {
    for (JsonNode store : RunningStack.shared().responses.receipt(receipt).path("stores")) {
      if (store.path("store").asString().equals("feature-state")) {
        return store.path("erasedAt").isString();
      }
    }
    return false;
  }

  /** Bytes that nothing can read, and what a person knows that they should have said. */
  private void repairedPoisonArrivesOnce(List<JsonNode> lines) throws IOException {
    ObjectNode junk =
        (ObjectNode)
            lines.stream()
                .filter(line -> text(line, "code").equals("not_wire_format"))
                .findFirst()
                .orElseThrow();
    junk.putObject("event")
        .put("eventId", "p-3")
        .put("userId", "poison-user")
        .put("type", "clicked")
        .putObject("clicked")
        .put("element", "repaired");
    Path repaired = folder.resolve("repaired.jsonl");
    Files.writeString(repaired, junk.toString() + "\n");

    JsonNode first = replay("--corrected", repaired.toString());
    JsonNode second = replay("--corrected", repaired.toString());

    assertThat(first.path("accepted").asInt()).isEqualTo(1);
    assertThat(second.path("alreadyAccepted").asInt()).isEqualTo(1);
    assertThat(idsOf("poison-user")).containsExactlyInAnyOrder("p-1", "p-2", "p-3");
  }

  /** What a person would do: a channel that exists, the missing detail, the line that was cut. */
  private static List<String> corrected(Path letters, String user) throws IOException {
    return Files.readAllLines(letters).stream()
        .map(
            line -> {
              ObjectNode letter = (ObjectNode) JSON.readTree(line);
              ObjectNode event =
                  letter.has("original")
                      ? letter.putObject("event").put("eventId", "c-cut").put("userId", user)
                      : (ObjectNode) letter.get("event");
              event.put("type", "clicked").put("channel", "web");
              event.putObject("clicked").put("element", "corrected");
              return letter.toString();
            })
        .toList();
  }

  private List<JsonNode> awaitLetters(String from, Path file, int count) throws IOException {
    Eventually.holds(
        count + " letters",
        () -> replay("--from", from, "--out", file.toString()).path("written").asInt() == count);
    return Files.readAllLines(file).stream().map(JSON::readTree).toList();
  }

  private JsonNode replay(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "replay";
    all[1] = "--dead-letters";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return AttuneCommand.run(settings, all);
  }

  private void post(String body, String contentType) throws IOException {
    HttpResponse<String> answer =
        BoundedHttp.send(
            HttpRequest.newBuilder(URI.create(settings.gatewayUrl() + "/v1/events"))
                .header("Authorization", "Bearer " + LocalKeys.WRITE)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).as(answer.body()).isIn(207, 400);
  }

  private byte[] event(String id, String user) {
    var serializer = new AvroSerializer<InteractionEvent>(registry);
    return Objects.requireNonNull(
        serializer.serialize(
            EVENTS,
            InteractionEvent.newBuilder()
                .setEventId(id)
                .setUserId(user)
                .setType("clicked")
                .setOccurredAt(System.currentTimeMillis())
                .setReceivedAt(System.currentTimeMillis())
                .setClicked(new Clicked("menu", null))
                .build()));
  }

  private byte[] otherType() {
    var change = new SegmentChange("u", "segment", "entered", 0, 0, 0L, 1L, 1L);
    return Objects.requireNonNull(
        new AvroSerializer<SegmentChange>(registry)
            .serialize(Topics.standard().segmentChanges(), change));
  }

  private void produce(@Nullable String key, byte[] value) throws Exception {
    Map<String, Object> to = Map.of("bootstrap.servers", settings.bootstrapServers());
    try (var producer =
        new KafkaProducer<>(to, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(EVENTS, key == null ? null : key.getBytes(UTF_8), value))
          .get();
    }
  }

  private List<String> idsOf(String user) {
    var deserializer = new AvroDeserializer<>(registry, InteractionEvent.class);
    return RawTopic.values(settings.bootstrapServers(), EVENTS, user).stream()
        .map(value -> Objects.requireNonNull(deserializer.deserialize(EVENTS, value)).getEventId())
        .toList();
  }

  private static String text(JsonNode line, String field) {
    return line.path("letter").path(field).asString();
  }

  private static byte[] original(JsonNode line) {
    return line.has("original")
        ? line.path("original").asString().getBytes(UTF_8)
        : Base64.getDecoder().decode(line.path("originalBase64").asString());
  }
}
