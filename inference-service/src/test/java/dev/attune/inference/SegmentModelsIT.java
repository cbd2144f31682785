package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static dev.attune.inference.TestModels.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** A model that was trained on a segment, in a running service. */
class SegmentModelsIT extends RunningInference {
  private static final String LOYAL = "aaaaaaaaaaaaaaaa";
  private static final String CHANGED = "cccccccccccccccc";

  @Test
  void aSegmentIsAnInputLiveAndAfterARefill() throws Exception {
    awaitRefilled();
    TestModels.publishWithSegment(registry, "segments.1", LOYAL);
    registry.promote("segments.1");
    try {
      await()
          .atMost(DEADLINE)
          .until(() -> scored(user(), LOYAL, true).getModelVersion().equals("segments.1"));
      String member = user();
      String other = user();
      assertThat(scored(member, LOYAL, true).getOutcome()).isEqualTo(Outcome.STORED);
      assertThat(scored(other, LOYAL, false).getOutcome()).isEqualTo(Outcome.STORED);
      StoredPrediction before = stored(member);
      assertThat(before.getProbabilities().getFirst().getLabel()).isEqualTo("other");
      assertThat(stored(other).getProbabilities().getFirst().getLabel()).isEqualTo("refund");
      assertThat(explainedParts(before)).contains("segment:loyal");

      produceProfile(member);
      redis.flushAll();

      await().atMost(DEADLINE).untilAsserted(() -> assertThat(store.read(member)).isPresent());
      assertThat(stored(member).getProbabilities()).isEqualTo(before.getProbabilities());
      assertThat(stored(member).getVector()).isEqualTo(before.getVector());
      awaitRefilled();
    } finally {
      leave();
    }
  }

  @Test
  void aModelWhoseSegmentIsGoneScoresNobodyAndGetsNoSlot() throws Exception {
    TestModels.publishWithSegment(registry, "segments.2", LOYAL);
    assertThat(scored(user(), CHANGED, true).getOutcome()).isEqualTo(Outcome.STORED);

    for (String door : List.of("promote", "canary?share=0.1", "shadow")) {
      var refused = post("/v1/models/segments.2/" + door, "", SECRET);
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body()).contains("model_refused", "segment:loyal");
    }

    // somebody who knows no better puts it live: the answers say why nobody is scored
    registry.promote("segments.2");
    try {
      await()
          .atMost(DEADLINE)
          .untilAsserted(
              () -> {
                ScoreResponse answer = scored(user(), CHANGED, true);
                assertThat(answer.getOutcome()).isEqualTo(Outcome.REFUSED);
                assertThat(answer.getDetail()).contains("segments.2", "segment:loyal");
              });
    } finally {
      leave();
    }
  }

  /** Back to the version that was live before, for the other tests. */
  private void leave() throws Exception {
    var unused = registry.rollback();
    await()
        .atMost(DEADLINE)
        .until(() -> score(user(), 1, 1).getModelVersion().startsWith("2026-01-0"));
  }

  private static FeatureRow rowIn(String definition, boolean member) {
    return row(1).with(new Memberships(List.of(definition), new boolean[] {member}));
  }

  private ScoreResponse scored(String user, String definition, boolean member) throws Exception {
    return client.send(request(user, 1, rowIn(definition, member))).get(10, TimeUnit.SECONDS);
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
            rowIn(LOYAL, true).toAvro(),
            List.of(),
            Map.of(),
            null);
    try (var producer =
        new KafkaProducer<String, UserProfile>(
            Map.of("bootstrap.servers", infra.bootstrapServers()),
            new StringSerializer(),
            new AvroSerializer<>(schemas))) {
      var unused = producer.send(new ProducerRecord<>(topics.userProfiles(), user, profile)).get();
    }
  }

  private static List<String> explainedParts(StoredPrediction stored) {
    Memberships memberships =
        Objects.requireNonNull(FeatureRow.fromAvro(stored.getVector()).memberships());
    Map<String, Object> query =
        Map.of(
            "modelVersion", stored.getModelVersion(),
            "label", "other",
            "featureSetId", stored.getVector().getFeatureSetId(),
            "numbers", stored.getVector().getNumbers(),
            "categories", stored.getVector().getCategories(),
            "textScores", stored.getTextScores(),
            "memberships", memberships.byDefinition());
    var answer = post("/v1/explanations", json.writeValueAsString(query), SECRET);
    assertThat(answer.statusCode()).isEqualTo(200);
    List<String> parts = new ArrayList<>();
    json(answer).at("/parts").forEach(part -> parts.add(part.at("/feature").stringValue()));
    return parts;
  }
}
