package dev.attune.gateway.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.gateway.privacy.PrivacySettings.WithoutConsent;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every spelling, in every place of an event, in every encoding. */
class EventMaskingTest {
  private static final EventJson JSON = EventJson.standard();
  private static final int ENOUGH = 1 << 16;

  private final EventMasking masking = masking(List.of());

  static List<Spelling> spellings() {
    return Spelling.all();
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void masksAnEventInJson(Spelling spelling) {
    for (InteractionEvent event : SpelledEvents.of(spelling.text())) {
      for (String json : written(event, spelling)) {
        assertThat(spelling.isIn(json)).as("the test can fail: %s", json).isTrue();

        InteractionEvent read = read(json);
        masking.event(read);

        String stored = SpelledEvents.json(read);
        assertThat(spelling.isIn(stored)).as("%s -> %s", json, stored).isFalse();
        assertThat(((ParsedEvent.Valid) JSON.readLine(stored)).event()).isEqualTo(read);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void masksAnEventInAvro(Spelling spelling) {
    for (InteractionEvent event : SpelledEvents.of(spelling.text())) {
      InteractionEvent refused = InteractionEvent.newBuilder(event).build();
      assertThat(JSON.checkProperties(event)).isNull();

      masking.event(event);
      masking.refused(refused, ENOUGH);

      assertThat(spelling.isIn(SpelledEvents.json(event))).as("%s", event).isFalse();
      assertThat(spelling.isIn(SpelledEvents.json(refused))).as("%s", refused).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void masksWhatHasToBeAWordWhereTheEventIsRefused(Spelling spelling) {
    InteractionEvent event = SpelledEvents.of("x").getLast();
    event.setChannel(spelling.text());
    event.setType(spelling.text());

    masking.refused(event, ENOUGH);

    assertThat(spelling.isIn(SpelledEvents.json(event))).as("%s", event).isFalse();
  }

  @Test
  void keepsTheFirstTextsOfARefusedEvent() {
    InteractionEvent event = SpelledEvents.of("x").getFirst();
    event.setLocale("en");
    event.setProperties(new HashMap<>(Map.of("long", "y".repeat(5_000), "n".repeat(5_000), "1")));

    assertThat(masking.refused(InteractionEvent.newBuilder(event).build(), 20_000)).isFalse();
    assertThat(masking.refused(event, 2_000)).isTrue();
    assertThat(event.getLocale()).isEqualTo("en");
    assertThat(SpelledEvents.json(event).length()).isLessThan(3_000);
  }

  /** Wherever a text is cut, no half of an address is left at its end. */
  @Test
  void leavesNoHalfAddressWhereATextIsCut() {
    for (int before = 0; before < 1_100; before++) {
      InteractionEvent event = new InteractionEvent();
      event.setMessageSent(
          new MessageSent("y".repeat(before) + " ada@example.org " + "z".repeat(2_000), null));

      masking.refused(event, 1_100);

      assertThat(event.getMessageSent().getText()).as("after %d", before).doesNotContain("ada");
    }
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void masksTheTextOfADeadLetter(Spelling spelling) {
    for (InteractionEvent event : SpelledEvents.of(spelling.text())) {
      for (String json : written(event, spelling)) {
        String kept = masking.texts().json(json);
        String broken = masking.texts().brokenJson(json.substring(0, json.length() - 1));

        assertThat(spelling.isIn(kept)).as("%s -> %s", json, kept).isFalse();
        assertThat(JSON.readLine(kept)).isInstanceOf(ParsedEvent.Valid.class);
        assertThat(spelling.isIn(broken)).as("%s -> %s", json, broken).isFalse();
      }
    }
  }

  @Test
  void masksNumbers() {
    InteractionEvent event =
        read(
            """
            {"eventId":"e","userId":"u","type":"custom","future":4111111111111111,
             "custom":{"name":"n","properties":{"a":4.111111111111111e15,"b":12,"c":-4111111111111111}}}
            """);

    masking.event(event);

    assertThat(event.getProperties()).isEqualTo(Map.of("future", "\"[card]\""));
    assertThat(event.getCustom().getProperties())
        .isEqualTo(Map.of("a", "\"[card]\"", "b", "12", "c", "\"-[card]\""));
  }

  @Test
  void leavesTheIdsThatEverythingHangsOn() {
    InteractionEvent event = new InteractionEvent();
    event.setEventId("1-ada@example.org");
    event.setUserId("ada@example.org");
    event.setSessionId("s-ada@example.org");
    event.setType("message_sent");
    event.setMessageSent(new MessageSent("hello", null));
    InteractionEvent before = InteractionEvent.newBuilder(event).build();

    masking.event(event);

    assertThat(event).isEqualTo(before);
  }

  @Test
  void twoNamesWithTheSameMaskStayTwoProperties() {
    InteractionEvent event = new InteractionEvent();
    event.setCustom(
        new Custom("n", new HashMap<>(Map.of("a@example.org", "1", "b@example.org", "2"))));

    masking.event(event);

    assertThat(event.getCustom().getProperties()).containsOnlyKeys("[email]", "[email] 2");
    assertThat(event.getCustom().getProperties().values()).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void masksOnlyTheNamedFieldsWhenSomeAreNamed() {
    EventMasking narrow = masking(List.of("message_sent.text"));
    InteractionEvent event = new InteractionEvent();
    event.setLocale("x@y.org");
    event.setMessageSent(new MessageSent("x@y.org", null));

    narrow.event(event);

    assertThat(event.getLocale()).isEqualTo("x@y.org");
    assertThat(event.getMessageSent().getText()).isEqualTo("[email]");
  }

  private static List<String> written(InteractionEvent event, Spelling spelling) {
    return List.of(SpelledEvents.json(event), SpelledEvents.escaped(event, spelling.text()));
  }

  private static InteractionEvent read(String json) {
    ParsedBody.Events body = (ParsedBody.Events) JSON.readBody(json.getBytes(UTF_8));
    return ((ParsedEvent.Valid) body.events().getFirst()).event();
  }

  private static EventMasking masking(List<String> fields) {
    return new EventMasking(
        new PrivacySettings(true, true, true, true, Map.of(), fields, WithoutConsent.STRIP));
  }
}
