package dev.attune.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.user.UserEngine;
import dev.attune.gateway.DeliveryCheck.Sent;
import dev.attune.gateway.DeliveryCheck.Stored;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker itself: what was tampered with on purpose must not go unnoticed. */
class DeliveryCheckTest {
  private static final UserEngine ENGINE = Playbooks.support().engine();

  private final Map<String, Sent> sent =
      Map.of(
          "answered", new Sent(1, true),
          "retried", new Sent(3, true),
          "abandoned", new Sent(2, false));

  @Test
  void acceptsWhatRetriesLeave() {
    assertThat(faults("answered", "retried")).isEmpty();
    assertThat(faults("answered", "retried", "retried", "abandoned", "retried")).isEmpty();
  }

  @Test
  void noticesALostEvent() {
    assertThat(faults("retried", "abandoned")).containsExactly("lost: answered");
  }

  @Test
  void noticesACopyThatNobodySent() {
    assertThat(faults("answered", "retried", "answered"))
        .containsExactly("stored more often than sent: answered");
  }

  @Test
  void noticesAnEventOfNobody() {
    assertThat(faults("answered", "retried", "stranger")).containsExactly("nobody sent: stranger");
  }

  @Test
  void noticesACopyThatCountsTwice() {
    List<Stored> stored = stored("answered", "retried", "retried");
    stored.get(2).event().setUserId("another");

    assertThat(DeliveryCheck.faults(ENGINE, sent, stored))
        .containsExactly("counted 2 times: retried");
  }

  private List<String> faults(String... ids) {
    return DeliveryCheck.faults(ENGINE, sent, stored(ids));
  }

  private static List<Stored> stored(String... ids) {
    List<Stored> stored = new ArrayList<>();
    for (String id : ids) {
      InteractionEvent event =
          InteractionEvent.newBuilder()
              .setEventId(id)
              .setUserId("u")
              .setType("clicked")
              .setOccurredAt(1_700_000_000_000L)
              .setReceivedAt(1_700_000_000_000L + stored.size())
              .setClicked(new Clicked("#a", null))
              .build();
      stored.add(new Stored(new Position(0, 0, stored.size()), event));
    }
    return stored;
  }
}
