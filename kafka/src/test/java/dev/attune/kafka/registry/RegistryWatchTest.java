package dev.attune.kafka.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.SegmentChange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class RegistryWatchTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LittleRegistry registry = new LittleRegistry();
  private final RegistryWatch watch =
      new RegistryWatch(
          new SchemaRegistryClient(registry.url(), Duration.ofSeconds(4)), "t-value", meters);

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void tellsWhetherTheRegistryAnswers() {
    assertThat(up()).isNaN();

    registry.answerNext(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}");
    watch.look();
    assertThat(up()).as("a subject that is not there yet is an answer").isEqualTo(1);

    registry.answerNext(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
    watch.look();
    assertThat(up()).as("whoever is refused can't use it").isZero();

    registry.answerNext(200, schema());
    watch.look();
    assertThat(up()).isEqualTo(1);
    assertThat(registry.requests.getLast().path()).isEqualTo("/subjects/t-value/versions/latest");

    registry.close();
    watch.look();
    assertThat(up()).isZero();
  }

  /** A look that failed in a way that nobody foresaw would have been the last one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name': 'a', 'type': 'int'}, {'name': 'a', 'type': 'int'}",
        "{'name': 'a', 'type': 'int', 'default': 'none'}",
        "{'name': 'a', 'type': 'B'}"
      })
  void aSchemaThatIsNoneIsNoAnswer(String fields) {
    String record = "{'type': 'record', 'name': 'A', 'fields': [%s]}".formatted(fields);
    registry.answerNext(200, answer(record.replace('\'', '"')));

    watch.look();

    assertThat(up()).isZero();
  }

  private static String schema() {
    return answer(SegmentChange.getClassSchema().toString());
  }

  private static String answer(String schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema).toString();
  }

  private double up() {
    return meters.get("attune.registry.up").gauge().value();
  }
}
