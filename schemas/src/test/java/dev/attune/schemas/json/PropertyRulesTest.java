package dev.attune.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.ParsedEvent.Invalid;
import dev.attune.schemas.json.ParsedEvent.Valid;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Properties that did not come as JSON obey the rules of those that did. */
class PropertyRulesTest {
  private static final String DEEP = "[".repeat(40) + "]".repeat(40);

  private final EventJson json = EventJson.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "\"x\"", "null", "[1,{\"a\":true}]", " {\"a\" : 1} ", "\"\\ud83d\\ude00\""})
  void takesOneJsonValue(String value) {
    assertThat(json.checkProperties(custom("a", value))).isNull();
    assertThat(json.checkProperties(unknown("future", value))).isNull();
    assertThat(json.checkProperties(unknown("clicked.future", value))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1 2",
        "1,\"userId\":\"other\"",
        "\"open",
        "}{",
        "{\"a\":1",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\"",
        "{\"\\udc00\":1}",
        "NaN"
      })
  void refusesWhatIsNoneOrWouldBeAnotherInJson(String value) {
    assertThat(json.checkProperties(custom("a", value))).isNotNull();
    assertThat(json.checkProperties(unknown("future", value))).isNotNull();
  }

  @Test
  void limitsDepthNumbersAndNames() {
    EventError deep = Objects.requireNonNull(json.checkProperties(custom("a", DEEP)));
    assertThat(deep.code()).isEqualTo(EventError.TOO_DEEP);
    assertThat(json.checkProperties(custom("a", "9".repeat(101)))).isNotNull();
    assertThat(json.checkProperties(custom("n".repeat(257), "1"))).isNotNull();
    assertThat(json.checkProperties(unknown("n".repeat(257), "1"))).isNotNull();
  }

  /** The deepest value that JSON takes, and one level more. */
  @Test
  void countsLevelsAsJsonDoes() {
    for (int levels = 27; levels <= 31; levels++) {
      String value = "[".repeat(levels) + "]".repeat(levels);
      String line =
          "{\"eventId\":\"e\",\"userId\":\"u\",\"type\":\"custom\",\"custom\":{\"name\":\"n\","
              + "\"properties\":{\"a\":"
              + value
              + "}}}";

      boolean taken = json.readLine(line) instanceof Valid;

      assertThat(json.checkProperties(custom("a", value)) == null).as("" + levels).isEqualTo(taken);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"userId", "type", "clicked", "clicked.element", "context.page", "page_viewed.x"})
  void refusesUnknownPropertiesThatPassForFields(String name) {
    assertThat(json.checkProperties(unknown(name, "\"x\""))).isNotNull();
  }

  @Test
  void refusesUnknownPropertiesWhereJsonDoes() {
    EventJson strict = new EventJson(new EventLimits(500, 32 * 1024, 32, false));

    assertThat(strict.checkProperties(unknown("future", "1"))).isNotNull();
    assertThat(strict.checkProperties(custom("a", "1"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"}{", "1,\"userId\":\"other\"", "", "\"\\ud800\"", "{\"a\":1,\"a\":2}"})
  void whatIsStoredAllTheSameIsWrittenAsJson(String value) {
    InteractionEvent event = custom("a", value);
    event.setProperties(new HashMap<>(Map.of("future", value, "userId", "\"other\"")));

    JsonNode written = JsonMapper.shared().readTree(json.write(event));

    assertThat(written.path("userId").stringValue()).isEqualTo("u");
    assertThat(written.path("future").stringValue()).isEqualTo(value);
    assertThat(written.path("custom").path("properties").path("a").stringValue()).isEqualTo(value);
  }

  @Test
  void whatIsTooDeepForAnyReaderIsWrittenAsText() {
    String deep = "[".repeat(2_000) + "]".repeat(2_000);

    JsonNode written = JsonMapper.shared().readTree(json.write(custom("a", deep)));

    assertThat(written.path("custom").path("properties").path("a").stringValue()).isEqualTo(deep);
  }

  @Test
  void refusesHalfACharacterInAPropertyOfJsonToo() {
    String line =
        "{\"eventId\":\"e\",\"userId\":\"u\",\"type\":\"session_started\",\"future\":[\"\\ud800\"]}";

    assertThat(json.readLine(line)).isInstanceOf(Invalid.class);
  }

  private static InteractionEvent custom(String name, String value) {
    InteractionEvent event = event("custom");
    event.setCustom(new Custom("n", new HashMap<>(Map.of(name, value))));
    return event;
  }

  private static InteractionEvent unknown(String name, String value) {
    InteractionEvent event = event("clicked");
    event.setClicked(new Clicked("#a", null));
    event.setProperties(new HashMap<>(Map.of(name, value)));
    return event;
  }

  private static InteractionEvent event(String type) {
    InteractionEvent event = new InteractionEvent();
    event.setEventId("e");
    event.setUserId("u");
    event.setType(type);
    return event;
  }
}
