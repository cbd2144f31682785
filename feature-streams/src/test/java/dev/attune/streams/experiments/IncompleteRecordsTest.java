package dev.attune.streams.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.streams.Events;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a schema allows may lie in a topic, whether a gateway has seen it or not. It is read or goes
 * to dead letters, and never stops the thread that reads it.
 */
class IncompleteRecordsTest {
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final int RECORDS = Boolean.getBoolean("attune.test.long") ? 100_000 : 3_000;
  private static final int RECORDS_A_TICK = 100;

  private final Bench bench;

  IncompleteRecordsTest(@TempDir Path home) {
    this.bench = new Bench(home, START);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "page_viewed",
        "clicked",
        "issue_opened",
        "issue_resolved",
        "feedback",
        "quick_reply_used",
        "custom",
        "user_erased",
        "of_no_type",
        ""
      })
  void anEventWithoutWhatItsTypeNamesGoesToDeadLettersAndChangesNothing(String type) {
    bench.send(Events.clicked("u", "e1", START));
    bench.send(Events.issueOpened("u", "e2", START + 1));
    Map<String, Map<Object, Object>> before = bench.state();

    bench.send(incomplete(type));

    assertThat(bench.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.value().getCode()).isEqualTo("schema_invalid"));
    assertThat(bench.state()).usingRecursiveComparison().isEqualTo(before);
  }

  private static InteractionEvent incomplete(String type) {
    return InteractionEvent.newBuilder()
        .setEventId("incomplete")
        .setUserId("u")
        .setSessionId("s-u")
        .setType(type)
        .setOccurredAt(START + 2)
        .setReceivedAt(START + 2)
        .build();
  }

  @Test
  void nothingThatASchemaAllowsStopsTheThread() {
    var events = new AllowedBySchema(1, texts(InteractionEvent.getClassSchema().getFields()));
    var decisions =
        new AllowedBySchema(2, List.of("u", "greeting", "treatment", "control", "", "v1"));

    for (int i = 0; i < RECORDS; i++) {
      InteractionEvent event = events.record(InteractionEvent.class);
      Decision decision = decisions.record(Decision.class);
      event.setUserId("u" + i % 7);
      decision.setUserId("u" + i % 7);
      sendBetween(event, i);
      sendBetween(decision, i);
    }

    long read = bench.profiles().size();
    bench.send(Events.clicked("u", "last", START + RECORDS));
    assertThat(read).isPositive();
    assertThat(bench.profiles()).as("the thread goes on").hasSize(1);
    assertThat(bench.deadLetters()).isNotEmpty();
  }

  /** Beside events of the same user that are whole, and now and then time passes. */
  private void sendBetween(SpecificRecord record, int at) {
    assertThatCode(
            () -> {
              bench.pipe(record, START + at);
              bench.send(Events.issueOpened("u" + at % 7, "e" + at, START + at));
              if (at % RECORDS_A_TICK == 0) {
                bench.pass(Duration.ofHours(1));
              }
            })
        .as("%s", record)
        .doesNotThrowAnyException();
  }

  private static List<String> texts(List<Schema.Field> fields) {
    return Stream.concat(
            fields.stream().map(Schema.Field::name),
            Stream.of("", "csat", "web", "x".repeat(40), "\u0000"))
        .toList();
  }
}
