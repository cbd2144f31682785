package dev.attune.training.importing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DerivedSessionsTest {
  private static final long GAP = Duration.ofMinutes(30).toMillis();

  private final DerivedSessions sessions = new DerivedSessions(Duration.ofMillis(GAP));

  @Test
  void aPauseThatIsLongerThanTheGapBeginsAnother() {
    String first = session("ada", 0);

    assertThat(session("ada", GAP)).isEqualTo(first);
    assertThat(session("bob", GAP)).isNotEqualTo(first);
    assertThat(session("ada", 2 * GAP)).isEqualTo(first);
    assertThat(session("ada", 3 * GAP + 1)).isNotEqualTo(first);
  }

  @Test
  void theSameBeginningGivesTheSameSessionAtEachImport() {
    assertThat(session("ada", 5))
        .isEqualTo(new SessionOf(new DerivedSessions(Duration.ofMillis(GAP))).at("ada", 5));
  }

  @Test
  void whoeverIsSilentForLongerIsForgotten() {
    for (int n = 0; n < 1_000; n++) {
      session("user-" + n, n * GAP / 10);
    }

    assertThat(sessions.open()).isEqualTo(11);
  }

  private String session(String user, long at) {
    return new SessionOf(sessions).at(user, at);
  }

  private record SessionOf(DerivedSessions sessions) {
    String at(String user, long time) {
      var event = new InteractionEvent();
      event.setUserId(user);
      event.setOccurredAt(time);
      sessions.settle(event);
      return event.getSessionId();
    }
  }
}
