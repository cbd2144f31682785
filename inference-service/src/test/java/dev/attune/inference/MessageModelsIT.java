package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static dev.attune.inference.TestModels.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model that reads messages by a sentence encoder, in a running service. */
class MessageModelsIT extends RunningInference {
  private static final FeatureRow REFUND = row(0).withMessage("please refund this purchase");
  private static final FeatureRow ORDER = row(0).withMessage("my package has not arrived yet");

  private String live = "";

  @BeforeEach
  void remember() throws Exception {
    live = registry.live().orElseThrow().version();
  }

  @Test
  void aMessageIsAnInputLiveAndAfterARefillAndByAnotherModel() throws Exception {
    awaitRefilled();
    String encoder = TestModels.ENCODERS.own().id();
    TestModels.publishWithMessage(registry, "messages.1", encoder, 0.9f);
    TestModels.publishWithMessage(registry, "messages.3", encoder, 0.6f);
    registry.promote("messages.1");
    try {
      await()
          .atMost(DEADLINE)
          .until(() -> scored(user(), row(0)).getModelVersion().equals("messages.1"));
      String user = user();
      String other = user();
      assertThat(scored(user, REFUND).getOutcome()).isEqualTo(Outcome.STORED);
      assertThat(scored(other, ORDER).getOutcome()).isEqualTo(Outcome.STORED);

      StoredPrediction before = stored(user);
      assertThat(before.getProbabilities().getFirst().getLabel()).isEqualTo("refund");
      assertThat(stored(other).getProbabilities().getFirst().getLabel()).isEqualTo("order_status");
      assertThat(before.toString()).doesNotContain("purchase");
      assertThat(before.getTextScores()).hasSize(3);
      assertThat(inOrder(before)).containsExactly(offline("messages.1"));

      produceProfile(user);
      redis.flushAll();

      await().atMost(DEADLINE).untilAsserted(() -> assertThat(store.read(user)).isPresent());
      assertThat(stored(user).getProbabilities()).isEqualTo(before.getProbabilities());
      awaitRefilled();
      double encoded = encodedMessages();
      assertThat(encoded).isPositive();

      registry.promote("messages.3");

      await().atMost(DEADLINE).until(() -> stored(user).getModelVersion().equals("messages.3"));
      assertThat(inOrder(stored(user)))
          .containsExactly(offline("messages.3"))
          .isNotEqualTo(inOrder(before));
      assertThat(encodedMessages()).isEqualTo(encoded);
      assertThat(managed("/actuator/prometheus").body()).contains("attune_encoder_queue");
    } finally {
      leave();
    }
  }

  @Test
  void aModelWhoseEncoderIsNotHereIsRefusedAndTheOldOneServes() throws Exception {
    TestModels.publishWithMessage(registry, "messages.2", "0123456789abcdef", 0.9f);
    registry.promote("messages.2");
    try {
      await()
          .atMost(DEADLINE)
          .untilAsserted(
              () ->
                  assertThat(managed("/actuator/health").body())
                      .contains(
                          "Version messages.2 needs the sentence encoder 0123456789abcdef, which"
                              + " isn't here."));
      assertThat(scored(user(), REFUND).getModelVersion()).startsWith("2026-01-0");
    } finally {
      leave();
    }
  }

  private static float[] inOrder(StoredPrediction prediction) {
    float[] probabilities = new float[TestModels.LABELS.size()];
    for (LabelProbability each : prediction.getProbabilities()) {
      probabilities[TestModels.LABELS.indexOf(each.getLabel())] = each.getProbability();
    }
    return probabilities;
  }

  /** By the same bundle, outside the service. */
  private static float[] offline(String version) throws Exception {
    ModelBundle bundle = ModelBundle.load(registry.published(version), TestModels.ENCODERS);
    return bundle.score(List.of(REFUND)).getFirst().probabilities();
  }

  private static double encodedMessages() throws Exception {
    return managed("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith("attune_encoder_seconds_count"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Back to the version that was live before, for the other tests. */
  private void leave() throws Exception {
    registry.promote(live);
    await()
        .atMost(DEADLINE)
        .until(() -> score(user(), 1, 1).getModelVersion().startsWith("2026-01-0"));
  }

  private ScoreResponse scored(String user, FeatureRow row) throws Exception {
    return client.send(request(user, 1, row)).get(10, TimeUnit.SECONDS);
  }

  private static void produceProfile(String user) throws Exception {
    long now = System.currentTimeMillis();
    var profile =
        new UserProfile(
            user,
            "s-1",
            0,
            3,
            1L,
            now,
            now,
            REFUND.toAvro(),
            List.of(),
            Map.of(),
            REFUND.message());
    try (var producer =
        new KafkaProducer<String, UserProfile>(
            Map.of("bootstrap.servers", infra.bootstrapServers()),
            new StringSerializer(),
            new AvroSerializer<>(schemas))) {
      var unused = producer.send(new ProducerRecord<>(topics.userProfiles(), user, profile)).get();
    }
  }
}
