package dev.attune.responses.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.FeatureNames;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.core.reply.ReplyRerun;
import dev.attune.core.reply.TextFormat;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplyRerunTest {
  private static final Instant NOW = Instant.parse("2026-01-02T21:00:00Z");
  private static final List<String> INTENTS =
      List.of("order_status", "refund", "shipping", "product_question", "account", "payment");

  private final Playbook playbook = Playbook.load(Path.of("../playbooks/support"));
  private final ReplyEngine engine =
      new ReplyEngine(
          playbook.replies(), playbook.experiments(), playbook.features(), Duration.ofHours(24));

  @Test
  void makesTheSameReplyFromItsRecordAlone() {
    var random = new Random(1);
    Set<String> reasons = new HashSet<>();
    for (int i = 0; i < 3_000; i++) {
      ReplyRequest request = request(random, i);
      boolean loggable = random.nextInt(20) != 0;
      Map<String, List<Double>> weights =
          random.nextBoolean() ? Map.of() : Map.of("personalized-greeting", List.of(0.2, 0.8));
      Reply reply = engine.reply(request, answer(random), loggable, NOW, weights);
      Decision record = DecisionRecords.of("d", request, reply, NOW);

      Reply again = ReplyRerun.of(record, engine);

      assertThat(again.message().text()).isEqualTo(reply.message().text());
      assertThat(again.reason()).isEqualTo(reply.reason());
      assertThat(again.message().templateId()).isEqualTo(reply.message().templateId());
      assertThat(again.message().quickReplies()).isEqualTo(reply.message().quickReplies());
      assertThat(again.assignment()).isEqualTo(reply.assignment());
      reasons.add(reply.reason());
    }
    assertThat(reasons)
        .contains(
            "store_unavailable", "no_prediction", "stale", "log_full", "control_group", "default")
        .hasSizeGreaterThan(10);
  }

  private static ReplyRequest request(Random random, int i) {
    List<String> slots = List.of("greeting", "suggestion", "reply", "handoff");
    return new ReplyRequest(
        "u-" + i,
        random.nextBoolean() ? "s" : null,
        slots.get(random.nextInt(slots.size())),
        pick(random, "en", "es-MX", "pt", null),
        random.nextBoolean() ? Map.of() : Map.of("name", "<Ada> *x*", "order", "1234"),
        random.nextInt(3) == 0 ? TextFormat.HTML : null,
        random.nextBoolean() ? ZoneId.of("Asia/Tokyo") : null,
        null);
  }

  private PredictionLookup answer(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> new PredictionLookup.Unavailable();
      case 1 -> new PredictionLookup.Nothing();
      default -> new PredictionLookup.Held(prediction(random));
    };
  }

  private StoredPrediction prediction(Random random) {
    float top = 0.3f + 0.7f * random.nextFloat();
    long received = NOW.minus(Duration.ofHours(random.nextInt(10) == 0 ? 30 : 1)).toEpochMilli();
    Map<String, Object> features =
        Map.of("clicks_24h", (double) random.nextInt(9), "channel", "web");
    return StoredPrediction.newBuilder()
        .setPartition(1)
        .setOffset(random.nextInt(1_000))
        .setOccurredAt(received)
        .setReceivedAt(received)
        .setPredictedAt(received)
        .setModelName("intent")
        .setModelVersion("2026-01-02.1")
        .setProbabilities(
            List.of(
                new LabelProbability(INTENTS.get(random.nextInt(INTENTS.size())), top),
                new LabelProbability("other", 1 - top)))
        .setVector(FeatureNames.vector(features, playbook.features()))
        .setSegments(random.nextInt(3) == 0 ? List.of("frustrated") : List.of())
        .build();
  }

  private static @Nullable String pick(Random random, @Nullable String... from) {
    return from[random.nextInt(from.length)];
  }
}
