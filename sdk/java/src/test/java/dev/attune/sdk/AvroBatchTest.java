package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads the SDK's bytes with Avro's own reader and the pipeline's schema. */
class AvroBatchTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  static Stream<Event> everyType() {
    return Stream.of(
        Event.sessionStarted("u"),
        Event.sessionEnded("u").with("reason", "bye"),
        Event.pageViewed("u", "/orders").with("seconds", 1.5),
        Event.clicked("u", "buy").with("page", "/cart"),
        Event.messageSent("u", "¿dónde? 😀"),
        Event.agentReplied("u", true).with("responseSeconds", 2),
        Event.issueOpened("u", "i").with("category", "refund"),
        Event.issueResolved("u", "i").with("resolution", "sent"),
        Event.feedback("u", "csat", 4).with("comment", "good"),
        Event.quickReplyUsed("u", "d", "track"),
        Event.custom("u", "gift", Map.of("size", "XL")));
  }

  @ParameterizedTest
  @MethodSource("everyType")
  void writesEveryTypeAsThePipelineReadsIt(Event event) throws Exception {
    EventBatch batch = read(AvroBatch.encode(NOW, List.of(event.toJson("e-1", NOW))));

    assertThat(batch.getSentAt()).isEqualTo(NOW.toEpochMilli());
    InteractionEvent read = batch.getEvents().get(0);
    assertThat(read.getEventId()).isEqualTo("e-1");
    assertThat(read.getOccurredAt()).isEqualTo(NOW.toEpochMilli());
    List<String> details =
        InteractionEvent.getClassSchema().getFields().stream()
            .map(Schema.Field::name)
            .filter(
                name ->
                    name.contains("_") || List.of("clicked", "feedback", "custom").contains(name))
            .filter(name -> read.get(name) != null)
            .toList();
    assertThat(details).containsExactly(read.getType());
  }

  @Test
  void keepsOptionalFieldsContextAndWhatTheSchemaDoesNotKnow() throws Exception {
    Event event =
        Event.pageViewed("u", "/orders")
            .with("title", "Orders")
            .sessionId("s")
            .channel("web")
            .locale("es")
            .context("timezone", "Europe/Madrid")
            .context("consent", true);
    String json = event.toJson("e", NOW).replaceFirst("\\{", "{\"plan\":{\"tier\":\"gold\"},");

    InteractionEvent read = read(AvroBatch.encode(NOW, List.of(json, json))).getEvents().get(1);

    assertThat(read.getSessionId()).isEqualTo("s");
    assertThat(read.getChannel()).isEqualTo("web");
    assertThat(read.getLocale()).isEqualTo("es");
    assertThat(read.getContext().getTimezone()).isEqualTo("Europe/Madrid");
    assertThat(read.getContext().getConsent()).isTrue();
    assertThat(read.getPageViewed().getTitle()).isEqualTo("Orders");
    assertThat(read.getProperties()).isEqualTo(Map.of("plan", "{\"tier\":\"gold\"}"));
  }

  @Test
  void refusesAnEventWithoutARequiredField() {
    String json = Event.of("clicked", "u", Map.of()).toJson("e", NOW);

    assertThatThrownBy(() -> AvroBatch.encode(NOW, List.of(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("element");
  }

  private static EventBatch read(byte[] bytes) throws IOException {
    var decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    EventBatch batch = new SpecificDatumReader<>(EventBatch.class).read(null, decoder);
    assertThat(decoder.isEnd()).isTrue();
    return batch;
  }
}
