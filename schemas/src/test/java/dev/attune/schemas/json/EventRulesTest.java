package dev.attune.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.InteractionEvent;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a binary event can say and JSON can't. */
class EventRulesTest {
  /** Minus a day it would lie in the future, and all that the user does would be too late. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE + 1, -62_167_219_200_001L, 253_402_300_800_000L})
  void aTimeThatNobodyCanWriteIsNone(long millis) {
    EventError error = Objects.requireNonNull(EventRules.check(event(millis)));

    assertThat(error.field()).isEqualTo("occurredAt");
    assertThat(error.detail()).contains("0000 to 9999");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"})
  void theFirstAndTheLastTimeAreTaken(String time) {
    assertThat(EventRules.check(event(Instant.parse(time).toEpochMilli()))).isNull();
  }

  @Test
  void onlyAClientMayLeaveTheTimeOut() {
    InteractionEvent event = event(EventTimes.NOT_GIVEN);

    assertThat(EventRules.check(event)).isNull();
    assertThat(Objects.requireNonNull(EventRules.checkStored(event)).field())
        .isEqualTo("occurredAt");
  }

  private static InteractionEvent event(long occurredAt) {
    var event = new InteractionEvent();
    event.setEventId("e");
    event.setUserId("u");
    event.setType("session_started");
    event.setOccurredAt(occurredAt);
    return event;
  }
}
