package dev.attune.responses.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.responses.access.IdentitySettings;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.QuickReply;
import dev.attune.schemas.avro.StoredPrediction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class DecisionLogTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Playbook SUPPORT = Playbook.load(Path.of("../playbooks/support"));

  @TempDir private static Path folder;

  private final DecisionSettings settings =
      new DecisionSettings(2, DataSize.ofKilobytes(64), folder, DataSize.ofMegabytes(4));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final StandingTopic topic = new StandingTopic();
  private final DecisionLog log =
      new DecisionLog(
          settings,
          new DecisionIds(new IdentitySettings(List.of())),
          new DecisionSpool(settings),
          new DecisionMasking(new PrivacySettings(true, true, true, true, Map.of())),
          topic,
          meters);
  private final ReplyEngine engine =
      new ReplyEngine(
          SUPPORT.replies(), Experiments.none(), SUPPORT.features(), Duration.ofHours(24));

  /** A topic that takes nothing until it is told to. */
  private static final class StandingTopic implements DecisionLog.Carrier {
    private final Queue<Runnable> underWay = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private int partitions = 4;

    @Override
    public int partitions() {
      return partitions;
    }

    @Override
    public void send(DecisionId id, String userId, byte[] record, Runnable done) {
      taken.add(userId);
      underWay.add(done);
    }
  }

  @Test
  void aRecordTellsNobodysAddress() {
    Decision decision = new Decision();
    decision.setText("Ada, we wrote to ada@example.org");
    decision.setWantedLocale("ada@example.org");
    decision.setVariables(
        Map.of("mail", "ada%40example.org", "ada@example.org", "x", "order", "1234567890"));
    decision.setQuickReplies(
        List.of(new QuickReply("call +34 600 123 456", "4111 1111 1111 1111")));

    new DecisionMasking(new PrivacySettings(true, true, true, true, Map.of())).mask(decision);

    assertThat(decision.getText()).isEqualTo("Ada, we wrote to [email]");
    assertThat(decision.getWantedLocale()).isEqualTo("[email]");
    assertThat(decision.getVariables())
        .isEqualTo(Map.of("mail", "[email]", "[email]", "x", "order", "1234567890"));
    assertThat(decision.getQuickReplies())
        .containsExactly(new QuickReply("call [phone]", "[card]"));
  }

  @Test
  void aPlaceIsFilledWithTheMaskedRecord() {
    DecisionId id;
    try (DecisionLog.Place place = log.reserve()) {
      ReplyRequest request =
          new ReplyRequest(
              "u-1", null, "greeting", null, Map.of("name", "x@y.org"), null, null, null);
      Reply reply = engine.reply(request, new PredictionLookup.Nothing(), true, NOW, Map.of());
      Decision decision = DecisionRecords.of(log.newId("u-1", NOW), request, reply, NOW);
      id = DecisionId.parse(decision.getDecisionId()).orElseThrow();
      place.fill(decision);
    }

    assertThat(log.recent(id).orElseThrow().toString()).contains("[email]").doesNotContain("x@y");
  }

  @Test
  void repliesAreGenericWhileEveryPlaceIsTaken() {
    assertThat(reply("u-1").reason()).startsWith("rule:");
    assertThat(reply("u-2").reason()).startsWith("rule:");

    Reply full = reply("u-3");

    assertThat(full.reason()).isEqualTo("log_full");
    assertThat(full.personalized()).isFalse();
    assertThat(topic.taken).containsExactly("u-1", "u-2");
    assertThat(meters.counter("attune.decisions.refused").count()).isEqualTo(1);
    assertThat(meters.get("attune.decisions.pending").gauge().value()).isEqualTo(2);

    topic.underWay.remove().run();

    assertThat(reply("u-4").reason()).startsWith("rule:");
  }

  @Test
  void repliesAreGenericUntilTheTopicWasReached() {
    topic.partitions = 0;

    assertThat(reply("u-1").reason()).isEqualTo("log_full");
    assertThat(topic.taken).isEmpty();
  }

  @Test
  void aDecisionIsFoundAsItWasMadeEvenUnlogged() {
    topic.partitions = 0;
    var request = new ReplyRequest("u-1", "s-1", "reply", "en", Map.of(), null, null, null);
    DecisionId id = DecisionId.parse(log.newId("u-1", NOW)).orElseThrow();
    Reply reply = engine.reply(request, known(), false, NOW);
    Decision made = DecisionRecords.of(id.toString(), request, reply, NOW);

    try (DecisionLog.Place place = log.reserve()) {
      place.fill(made);
    }

    assertThat(log.recent(id)).contains(made);
    assertThat(log.recent(DecisionId.next(0, NOW))).isEmpty();
  }

  @Test
  void aPlaceThatIsNotFilledIsFreeAgain() {
    for (int i = 0; i < 5; i++) {
      try (DecisionLog.Place place = log.reserve()) {
        assertThat(place.isReal()).isTrue();
      }
    }
  }

  /** As the service makes one: a place, the reply, its record. */
  private Reply reply(String user) {
    var request = new ReplyRequest(user, "s-1", "reply", "en", Map.of(), null, null, null);
    try (DecisionLog.Place place = log.reserve()) {
      Reply reply = engine.reply(request, known(), place.isReal(), NOW);
      place.fill(DecisionRecords.of(log.newId(user, NOW), request, reply, NOW));
      return reply;
    }
  }

  private static PredictionLookup known() {
    return new PredictionLookup.Held(
        StoredPrediction.newBuilder()
            .setPartition(0)
            .setOffset(1)
            .setOccurredAt(NOW.toEpochMilli())
            .setReceivedAt(NOW.toEpochMilli())
            .setPredictedAt(NOW.toEpochMilli())
            .setModelName("intent")
            .setModelVersion("v1")
            .setProbabilities(List.of(new LabelProbability("order_status", 0.9f)))
            .setVector(
                FeatureVector.newBuilder()
                    .setFeatureSetId("another")
                    .setNumbers(List.of())
                    .setCategories(List.of())
                    .setTokens(List.of())
                    .build())
            .build());
  }
}
