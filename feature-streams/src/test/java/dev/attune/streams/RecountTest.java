package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.SessionFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker is checked. */
class RecountTest {
  private static final Map<String, Set<String>> SENT =
      Map.of("a", Set.of("a1", "a2"), "b", Set.of("b1"));

  private final List<SessionFeatures> rows =
      new ArrayList<>(List.of(row("a", "a1", 0, 1), row("b", "b1", 1, 1), row("a", "a2", 2, 2)));

  private static SessionFeatures row(String user, String id, long offset, double count) {
    return SessionFeatures.newBuilder()
        .setUserId(user)
        .setEventId(id)
        .setEventType("clicked")
        .setPartition(0)
        .setOffset(offset)
        .setOccurredAt(0)
        .setReceivedAt(0)
        .setVector(new FeatureVector("f", List.of(count), List.of(), List.of(), null))
        .build();
  }

  @Test
  void agreesWhenEveryEventCountsOnce() {
    assertThat(Recount.of(SENT, rows).isExact()).isTrue();
  }

  @Test
  void noticesALostRecord() {
    rows.removeLast();

    assertThat(Recount.of(SENT, rows)).isEqualTo(new Recount(1, 0, Set.of("a")));
  }

  @Test
  void noticesARepeatedRecord() {
    rows.add(row("b", "b1", 1, 1));

    assertThat(Recount.of(SENT, rows)).isEqualTo(new Recount(0, 1, Set.of()));
  }

  @Test
  void noticesAWrongAggregate() {
    rows.set(2, row("a", "a2", 2, 3));

    assertThat(Recount.of(SENT, rows)).isEqualTo(new Recount(0, 0, Set.of("a")));
  }
}
