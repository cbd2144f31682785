package dev.attune.gateway.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.attune.core.yaml.PlaybookException;
import dev.attune.gateway.tracking.TrackingSettings.UnknownNames;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class TrackingPlanTest {
  private static final String PLAN =
      """
      events:
        coupon_used:
          description: a coupon was taken off the price
          properties:
            type: object
            required: [code]
            additionalProperties: false
            properties:
              code: {type: string, pattern: "^[A-Z]{4}[0-9]{2}$"}
              amount: {type: number, minimum: 0}
              year: {const: "2026"}
              items: {type: array, items: {type: object, required: [sku]}}
      """;

  @TempDir private Path playbook = Path.of("");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "code='AUTO26'              | -                             | -",
        "code='AUTO26';amount=5.5   | -                             | -",
        "code='AUTO26';year='2026'  | -                             | -",
        "amount=5                   | custom.properties.code        | required by the tracking plan",
        "code=5                     | custom.properties.code        | type string",
        "code='lower1'              | custom.properties.code        | pattern ^[A-Z]{4}[0-9]{2}$",
        "code='AUTO26';amount=-1    | custom.properties.amount      | minimum 0",
        "code='AUTO26';year=2026    | custom.properties.year        | const 2026",
        "code='AUTO26';colour='mauve' | custom.properties.colour      | not a property of the",
        "code='AUTO26';items=[{}]   | custom.properties.items.0.sku | required by the tracking plan",
        "code=oops                  | custom.properties.code        | expected a JSON value",
      })
  void saysWhichFieldBreaksThePlanAndWhatIsExpected(
      String properties, String field, String expected) throws IOException {
    EventError error = events(PLAN, UnknownNames.ALLOW).check(event("coupon_used", properties));

    if (field.equals("-")) {
      assertThat(error).isNull();
      return;
    }
    assertThat(error)
        .isNotNull()
        .satisfies(found -> assertThat(found.code()).isEqualTo("schema_invalid"))
        .satisfies(found -> assertThat(found.field()).isEqualTo(field))
        .extracting(EventError::detail, STRING)
        .contains(expected)
        .doesNotContain("lower1", "mauve");
  }

  @Test
  void takesWarnsAboutOrRefusesUnknownNames() throws IOException {
    InteractionEvent unknown = event("cupon_used", "code=1");

    assertThat(events(PLAN, UnknownNames.ALLOW).check(unknown)).isNull();
    assertThat(events(PLAN, UnknownNames.WARN).check(unknown)).isNull();
    EventError refused = events(PLAN, UnknownNames.REFUSE).check(unknown);

    assertThat(refused)
        .isEqualTo(
            new EventError(
                "schema_invalid",
                "custom.name",
                "expected a name of the tracking plan (did you mean `coupon_used`?)"));
    assertThat(meters.counter("attune.ingest.custom.unknown").count()).isPositive();
  }

  @Test
  void withoutAPlanTakesEveryCustomEvent() throws IOException {
    assertThat(events(null, UnknownNames.REFUSE).check(event("anything", "a=1"))).isNull();
    assertThat(
            new TrackingPlanCheck(new TrackingSettings(null, UnknownNames.REFUSE), meters)
                .check(event("anything", "a=1")))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "event: {}                                             | :1:1: unknown key `event`",
        "events:~  a: {}                                       | :2:6: `events.a` needs `properties`",
        "events:~  a:~    schema: {}                           | :3:5: unknown key `schema`",
        "events:~  a:~    properties:~      type: strin        | :4:13: is no JSON Schema:",
        "events:~  a:~    properties:~      minimum: low       | :4:16: is no JSON Schema:",
        "events:~  a:~    properties:~      pattern: '(?=x)'   | RE2",
        "events: [1                                            | is not YAML",
      })
  void namesFileAndLineOfWhatIsWrong(String yaml, String problem) {
    assertThatThrownBy(() -> events(yaml.replace('~', '\n'), UnknownNames.ALLOW))
        .isInstanceOf(PlaybookException.class)
        .hasMessageContaining("tracking-plan.yaml:")
        .hasMessageContaining(problem);
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void aNameThatMayBeACustomersTextIsNotLogged(CapturedOutput log) throws IOException {
    TrackingPlanCheck check = events(PLAN, UnknownNames.WARN);

    assertThat(check.check(event("coupon_usd", "amount=5"))).isNull();
    assertThat(check.check(event("ada@example.org", "amount=5"))).isNull();

    assertThat(log).contains("named coupon_usd", "named (15 characters)").doesNotContain("ada@");
  }

  private TrackingPlanCheck events(@Nullable String plan, UnknownNames rule) throws IOException {
    if (plan != null) {
      Files.writeString(playbook.resolve("tracking-plan.yaml"), plan);
    }
    return new TrackingPlanCheck(new TrackingSettings(playbook, rule), meters);
  }

  private static InteractionEvent event(String name, String properties) {
    Map<String, String> map = new HashMap<>();
    for (String property : properties.split(";")) {
      String[] parts = property.split("=", 2);
      map.put(parts[0], parts[1].replace('\'', '"'));
    }
    return InteractionEvent.newBuilder()
        .setEventId("e")
        .setUserId("u")
        .setType("custom")
        .setOccurredAt(1)
        .setCustom(new Custom(name, map))
        .build();
  }
}
