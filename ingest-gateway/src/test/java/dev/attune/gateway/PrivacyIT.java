package dev.attune.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.gateway.privacy.SpelledEvents;
import dev.attune.gateway.privacy.Spelling;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a topic tells of people, of events that were taken and of those that were refused. */
class PrivacyIT {
  private static final String AVRO = "application/vnd.attune.events+avro";
  private static final String NDJSON = "application/x-ndjson";
  private static final int STEP = Boolean.getBoolean("attune.test.long") ? 5 : 20;

  private static Gateway gateway;

  @BeforeAll
  static void start() {
    gateway = Gateway.start(Infra.shared(), "attune.privacy.without-consent=refuse");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void noSpellingReachesATopic() throws IOException {
    List<Spelling> spellings = Spelling.all();
    List<String> lines = new ArrayList<>();
    List<InteractionEvent> records = new ArrayList<>();
    for (int i = 0; i < spellings.size(); i++) {
      List<InteractionEvent> events = SpelledEvents.of(spellings.get(i).text());
      // in each place some spellings; all of them in all places are tried without a broker
      for (int place = i % STEP; place < events.size(); place += STEP) {
        InteractionEvent event = events.get(place);
        event.setEventId(i + "-" + place);
        lines.add(SpelledEvents.json(event));
        lines.add(refused(SpelledEvents.json(event)));
        lines.add(SpelledEvents.json(event) + "}");
        records.add(event);
        records.add(refused(event));
      }
    }

    post(lines, records);

    assertThat(gateway.count(event -> tellsAny(spellings, SpelledEvents.json(event)))).isZero();
    assertThat(gateway.count(event -> true)).isEqualTo(records.size());
    int letters = lines.size() * 2 / 3 + records.size() / 2;
    List<DeadLetter> seen = new ArrayList<>();
    gateway.deadLetter(
        letter -> "u".equals(letter.getUserId()) && seen.add(letter) && seen.size() == letters);
    assertThat(seen)
        .filteredOn(letter -> tellsAny(spellings, UTF_8.decode(letter.getOriginal()).toString()))
        .isEmpty();
    assertThat(seen).allMatch(DeadLetter::getMasked);
  }

  @Test
  void aLetterKeepsTheUsersKeyBesideTheMask() {
    HttpResponse<String> answer =
        gateway.postJson(
            "{\"eventId\":\"keyed\",\"userId\":\"ada@example.org\",\"type\":\"clicked\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    DeadLetter letter = gateway.deadLetter(l -> "keyed".equals(l.getEventId())).value();
    assertThat(letter.getUserId()).isEqualTo("ada@example.org");
    assertThat(UTF_8.decode(letter.getKey()).toString()).isEqualTo("ada@example.org");
    assertThat(UTF_8.decode(letter.getOriginal()).toString()).contains("\"userId\":\"[email]\"");
  }

  @Test
  void ofALongTextTheBeginningIsKeptMasked() {
    int most = 64 * 1024;
    String event =
        """
        {"eventId":"long","userId":"long","type":"message_sent","message_sent":{"text":"ada@example.org\
        """;
    // the second address lies across the end of what is kept
    String text = event.strip() + " " + "y".repeat(most - event.length() - 6) + " ada@example.org";

    HttpResponse<String> answer = gateway.postJson(text + "z".repeat(most) + "\"}}");

    assertThat(answer.statusCode()).isEqualTo(400);
    DeadLetter letter = gateway.deadLetter(l -> "long".equals(l.getEventId())).value();
    assertThat(letter.getDetail()).endsWith("Its beginning is kept.");
    assertThat(UTF_8.decode(letter.getOriginal()).toString())
        .startsWith("{\"eventId\":\"long\"")
        .contains("[email]")
        .doesNotContain("ada@")
        .hasSizeBetween(most - 1024, most);
  }

  @Test
  void nothingIsKeptOfARefusedEventWithoutConsent() throws IOException {
    String refused =
        "{\"eventId\":\"%s\",\"userId\":\"silent\",\"type\":\"%s\",\"context\":{\"consent\":false}}";
    InteractionEvent record = SpelledEvents.of("x").getLast();
    record.getContext().setConsent(false);
    record.setEventId("no-consent-avro");
    record.setChannel("fax");

    assertThat(gateway.postJson(refused.formatted("no-consent", "session_started")).body())
        .contains("consent_missing");
    gateway.postJson(refused.formatted("no-consent-2", "clicked"));
    gateway.post(NDJSON, (refused.formatted("no-consent-3", "clicked") + "}").getBytes(UTF_8));
    gateway.post(AVRO, encode(List.of(record)));
    gateway.postJson("{\"eventId\":\"after\",\"userId\":\"silent\",\"type\":\"clicked\"}");

    List<DeadLetter> seen = new ArrayList<>();
    gateway.deadLetter(letter -> seen.add(letter) && "after".equals(letter.getEventId()));
    assertThat(seen)
        .noneMatch(letter -> UTF_8.decode(letter.getOriginal()).toString().contains("no-consent"));
  }

  @Test
  void forgedAvroPropertiesAreRefused() throws IOException {
    InteractionEvent forged = SpelledEvents.of("x").getLast();
    forged.setEventId("forged");
    forged.setUserId("forger");
    forged.getProperties().put("future", "1,\"userId\":\"other\"");

    HttpResponse<String> answer = gateway.post(AVRO, encode(List.of(forged)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("schema_invalid").contains("\"field\":\"future\"");
  }

  private static void post(List<String> lines, List<InteractionEvent> records) throws IOException {
    for (int start = 0; start < lines.size(); start += 400) {
      List<String> batch = lines.subList(start, Math.min(start + 400, lines.size()));
      HttpResponse<String> answer = gateway.post(NDJSON, String.join("\n", batch).getBytes(UTF_8));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(207);
    }
    for (int start = 0; start < records.size(); start += 400) {
      List<InteractionEvent> batch = records.subList(start, Math.min(start + 400, records.size()));
      assertThat(gateway.post(AVRO, encode(batch)).statusCode()).isEqualTo(207);
    }
  }

  private static boolean tellsAny(List<Spelling> spellings, String text) {
    return spellings.stream().anyMatch(spelling -> spelling.isIn(text));
  }

  private static String refused(String json) {
    return json.replaceFirst("\"userId\"", "\"channel\":\"fax\",\"userId\"");
  }

  private static InteractionEvent refused(InteractionEvent event) {
    InteractionEvent copy = InteractionEvent.newBuilder(event).build();
    copy.setChannel("fax");
    return copy;
  }

  private static byte[] encode(List<InteractionEvent> events) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(EventBatch.class).write(new EventBatch(null, events), encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
