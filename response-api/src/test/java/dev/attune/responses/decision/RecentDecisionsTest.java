package dev.attune.responses.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.RecordWriter;
import dev.attune.schemas.avro.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RecentDecisionsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final RecordWriter<Decision> writer = new RecordWriter<>();
  private final List<DecisionId> ids = new ArrayList<>();

  /** Lengths that don't divide the ring's, so that decisions lie across its end too. */
  @Test
  void keepsTheNewestWholeAndForgetsTheOldest() {
    var recent = new RecentDecisions(DataSize.ofKilobytes(20));

    for (int i = 0; i < 200; i++) {
      add(recent, i, 700 + i % 13);
      int newest = i;
      assertThat(recent.find(ids.get(newest))).hasValueSatisfying(d -> isNumber(newest, d));
      int older = Math.max(0, i - 15);
      assertThat(recent.find(ids.get(older))).hasValueSatisfying(d -> isNumber(older, d));
    }

    assertThat(ids.subList(0, 170)).allMatch(id -> recent.find(id).isEmpty());
  }

  @Test
  void ofSmallDecisionsKeepsAsManyAsItHasPlaces() {
    var recent = new RecentDecisions(DataSize.ofKilobytes(5));

    for (int i = 0; i < 30; i++) {
      add(recent, i, 10);
    }

    assertThat(ids.subList(20, 30)).allMatch(id -> recent.find(id).isPresent());
    assertThat(ids.subList(0, 20)).allMatch(id -> recent.find(id).isEmpty());
  }

  @Test
  void passesOverWhatIsLargerThanItself() {
    var recent = new RecentDecisions(DataSize.ofKilobytes(1));
    add(recent, 0, 300);
    add(recent, 1, 2_000);

    assertThat(recent.find(ids.get(0))).isPresent();
    assertThat(recent.find(ids.get(1))).isEmpty();
  }

  @Test
  void keepsNothingWithoutRoom() {
    var recent = new RecentDecisions(DataSize.ofBytes(0));

    add(recent, 0, 300);

    assertThat(recent.find(ids.getFirst())).isEmpty();
  }

  private void add(RecentDecisions recent, int number, int textLength) {
    DecisionId id = DecisionId.next(number % 4, NOW);
    ids.add(id);
    recent.add(id, writer.write(decision(id, number, textLength)));
  }

  private static Decision decision(DecisionId id, int number, int textLength) {
    return Decision.newBuilder()
        .setDecisionId(id.toString())
        .setUserId("u-" + number)
        .setSlot("greeting")
        .setDecidedAt(NOW.toEpochMilli())
        .setPersonalized(false)
        .setReason("default")
        .setTemplateId("generic.greeting")
        .setText("x".repeat(textLength))
        .setVariables(Map.of())
        .build();
  }

  private static void isNumber(int number, Decision decision) {
    assertThat(decision.getUserId()).isEqualTo("u-" + number);
    assertThat(decision.getText()).hasSize(700 + number % 13);
  }
}
