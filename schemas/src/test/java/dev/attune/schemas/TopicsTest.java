package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static final String DAY = "86400000";

  @Test
  void namesAndKeepsTopicsAsThePublicContractSays() {
    Map<String, Integer> days =
        Map.of(
            "attune.interaction-events", 7,
            "attune.session-features", 30,
            "attune.predictions", 30,
            "attune.decisions", 90,
            "attune.sessions", 90,
            "attune.segment-changes", 30,
            "attune.dead-letters", 7,
            "attune.erasures", 100,
            "attune.model-steps", 365,
            "attune.audit", 365);

    assertThat(Topics.standard().all())
        .filteredOn(topic -> !topic.isCompacted())
        .allSatisfy(
            topic ->
                assertThat(topic.configuration())
                    .containsEntry("cleanup.policy", "delete")
                    .containsEntry(
                        "retention.ms",
                        Long.toString(days.getOrDefault(topic.name(), 0) * Long.parseLong(DAY))))
        .hasSameSizeAs(days.entrySet());
  }

  @Test
  void compactsLatestStateAndForgetsErasedUsersWithinADay() {
    assertThat(Topics.standard().all())
        .filteredOn(topic -> topic.isCompacted() && topic.retention().isEmpty())
        .allSatisfy(
            topic ->
                assertThat(topic.configuration())
                    .containsEntry("cleanup.policy", "compact")
                    .containsEntry("max.compaction.lag.ms", DAY))
        .extracting(KeptTopic::name)
        .containsExactlyInAnyOrder(
            "attune.user-profiles",
            "attune.experiment-results",
            "attune.experiment-changes",
            "attune.labels");
  }

  @Test
  void keepsTheLatestOfSomeTopicsForATime() {
    Map<String, Integer> days = Map.of("attune.kpis", 90, "attune.recent-users", 30);

    assertThat(Topics.standard().all())
        .filteredOn(topic -> topic.isCompacted() && topic.retention().isPresent())
        .hasSameSizeAs(days.entrySet())
        .allSatisfy(
            topic ->
                assertThat(topic.configuration())
                    .containsEntry("cleanup.policy", "compact,delete")
                    .containsEntry("max.compaction.lag.ms", DAY)
                    .containsEntry(
                        "retention.ms",
                        Long.toString(days.getOrDefault(topic.name(), 0) * Long.parseLong(DAY))));
  }

  @Test
  void prefixNamesEveryTopic() {
    Topics topics = new Topics("shop.");

    assertThat(topics.all()).allMatch(topic -> topic.name().startsWith("shop."));
    assertThat(topics.schemas().keySet()).allMatch(topic -> topic.startsWith("shop."));
  }

  @Test
  void refusesPrefixKafkaWouldRefuse() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Topics("shop/"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Topics("x".repeat(240)));
  }
}
