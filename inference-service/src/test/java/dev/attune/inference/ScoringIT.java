package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static dev.attune.inference.TestModels.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.ServerReadyRequest;
import io.grpc.Status;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Calls on the stream of feature-streams, and what is in Redis and the topic then. */
class ScoringIT extends RunningInference {
  /** As many calls as a task of feature-streams has under way at most. */
  private static final int WINDOW = 512;

  @Test
  void storesThePredictionBeforeItAnswers() throws Exception {
    String user = user();

    ScoreResponse answer = score(user, 7, 1);

    assertThat(answer.getOutcome()).isEqualTo(Outcome.STORED);
    StoredPrediction stored = stored(user);
    assertThat(stored.getOffset()).isEqualTo(7);
    assertThat(stored.getPartition()).isEqualTo(3);
    assertThat(stored.getModelVersion()).isEqualTo(answer.getModelVersion());
    assertThat(stored.getProbabilities().getFirst().getLabel()).isEqualTo("refund");
    assertThat(stored.getProbabilities()).hasSize(3);
    assertThat(stored.getSegments()).containsExactly("frustrated");
    assertThat(stored.getVector().getNumbers()).containsExactly(1.0, 0.5);
    assertThat(stored.getVector().getTokens()).isEmpty();
    assertThat(redis.pttl("attune:{" + user + "}:p")).isGreaterThan(Duration.ofDays(29).toMillis());
  }

  @Test
  void publishesWhatItStored() throws Exception {
    String user = user();
    var unused = score(user, 8, 2);

    Prediction prediction = awaitPrediction(user);

    assertThat(prediction.getLabel()).isEqualTo("other");
    assertThat(prediction.getOffset()).isEqualTo(8);
    assertThat(prediction.getSessionId()).isEqualTo("s-1");
    assertThat(prediction.getFeatureSetId()).isEqualTo(TestModels.FEATURE_SET);
  }

  private Prediction awaitPrediction(String user) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            infra.bootstrapServers(),
            "group.id",
            "it-" + UUID.randomUUID(),
            "auto.offset.reset",
            "earliest");
    try (var consumer =
        new KafkaConsumer<>(
            settings,
            new StringDeserializer(),
            new AvroDeserializer<>(schemas, Prediction.class))) {
      consumer.subscribe(List.of(topics.predictions()));
      List<Prediction> found = new ArrayList<>();
      await()
          .atMost(DEADLINE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(r -> found.add(r.value()));
                return found.stream().anyMatch(p -> p.getUserId().equals(user));
              });
      return found.stream().filter(p -> p.getUserId().equals(user)).findFirst().orElseThrow();
    }
  }

  @Test
  void neverGoesBack() throws Exception {
    String user = user();

    assertThat(score(user, 10, 0).getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(score(user, 9, 1).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(score(user, 10, 1).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(stored(user).getOffset()).isEqualTo(10);
    assertThat(score(user, 11, 1).getOutcome()).isEqualTo(Outcome.STORED);

    assertThat(stored(user).getOffset()).isEqualTo(11);
  }

  @Test
  void aLaterEpochStartsOver() throws Exception {
    String user = user();
    var unused = score(user, 1_000_000, 0);

    var answer = client.send(request(user, 0, row(1)).setEpoch(1)).get(10, TimeUnit.SECONDS);

    assertThat(answer.getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(stored(user).getEpoch()).isEqualTo(1);
  }

  @Test
  void erasureLeavesNothingButTheVersion() throws Exception {
    String user = user();
    var unused = score(user, 5, 0);

    var erased = client.send(request(user, 6, row(0)).setErased(true)).get(10, TimeUnit.SECONDS);

    assertThat(erased.getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(store.read(user)).isEmpty();
    assertThat(score(user, 5, 0).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(score(user, 6, 0).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(store.read(user)).isEmpty();
    assertThat(score(user, 7, 0).getOutcome()).isEqualTo(Outcome.STORED);
  }

  @Test
  void refusesWhatCanNeverBeScored() throws Exception {
    var otherFeatures =
        client
            .send(request(user(), 1, row(0)).setFeatureSetId("another"))
            .get(10, TimeUnit.SECONDS);
    var noUser = client.send(request("", 1, row(0))).get(10, TimeUnit.SECONDS);
    var hugeVersion = client.send(request(user(), -1, row(0))).get(10, TimeUnit.SECONDS);
    var longMessage =
        client
            .send(request(user(), 1, row(0).withMessage("x".repeat(901))))
            .get(10, TimeUnit.SECONDS);

    assertThat(List.of(otherFeatures, noUser, hugeVersion, longMessage))
        .allSatisfy(
            answer -> {
              assertThat(answer.getOutcome()).isEqualTo(Outcome.REFUSED);
              assertThat(answer.getDetail()).isNotEmpty();
            });
  }

  @Test
  void aRowThatBreaksTheModelReachesItsVersionWithoutAPrediction() throws Exception {
    String user = user();
    var unused = score(user, 1, 1);

    var answer = client.send(request(user, 2, row(1)).clearNumbers()).get(10, TimeUnit.SECONDS);

    assertThat(answer.getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(stored(user).getOffset()).isEqualTo(2);
    assertThat(stored(user).getProbabilities()).isEmpty();
    assertThat(stored(user).getSegments()).containsExactly("frustrated");
  }

  @Test
  void answersManyCallsOfOneStream() throws Exception {
    String prefix = user();

    storeAll(10_000, i -> request(prefix + i, i, row(i % 3)));

    assertThat(stored(prefix + 9_999).getOffset()).isEqualTo(9_999);
  }

  @Test
  void switchesModelsWithoutAFailedCall() throws Exception {
    String prefix = user();

    storeAll(
        3_000,
        i -> {
          if (i % 1_000 == 500) {
            registry.promote(i == 1_500 ? "2026-01-01.1" : "2026-01-02.1");
          }
          return request(prefix + i, i, row(i % 3));
        });
  }

  private interface NumberedCall {
    ScoreRequest.Builder of(int number) throws Exception;
  }

  /** Sends so many calls, and demands that each is stored. */
  private void storeAll(int calls, NumberedCall call) throws Exception {
    Deque<CompletableFuture<ScoreResponse>> open = new ArrayDeque<>();
    for (int i = 0; i < calls; i++) {
      open.add(client.send(call.of(i)));
      if (open.size() == WINDOW || i == calls - 1) {
        assertStored(open);
      }
    }
  }

  private static void assertStored(Deque<CompletableFuture<ScoreResponse>> answers)
      throws Exception {
    while (!answers.isEmpty()) {
      assertThat(answers.remove().get(30, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.STORED);
    }
  }

  @Test
  void nobodyScoresWithoutTheSecret() throws Exception {
    try (var stranger = new ScoringClient(grpcPort, null);
        var guesser = new ScoringClient(grpcPort, "wrong")) {
      assertRefused(stranger.send(request(user(), 1, row(0))));
      assertRefused(guesser.send(request(user(), 1, row(0))));
      var infer = GRPCInferenceServiceGrpc.newBlockingStub(stranger.channel());
      assertThat(InferCalls.status(() -> infer.modelInfer(InferCalls.row().build())))
          .isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(infer.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    }

    String infer = "/v2/models/intent/infer";
    assertThat(post(infer, "{}", null).statusCode()).isEqualTo(401);
    assertThat(json(post(infer, "{}", "wrong")).has("error")).isTrue();
    assertThat(get("/v1/models").statusCode()).isEqualTo(401);
    assertThat(inBrowser(infer)).isEqualTo(403);
    assertThat(inBrowser("/v1/models")).isEqualTo(403);
    assertThat(post("/v1/models/2026-01-02.1/promote", "", null).statusCode()).isEqualTo(401);
    assertThat(post("/v1/models/rollback", "", "wrong").statusCode()).isEqualTo(401);
    assertThat(post("/v2/../v1/models/rollback", "", null).statusCode()).isBetween(400, 404);
  }

  private static void assertRefused(CompletableFuture<ScoreResponse> answer) {
    try {
      var unused = answer.get(10, TimeUnit.SECONDS);
      throw new AssertionError("was scored");
    } catch (ExecutionException e) {
      assertThat(Status.fromThrowable(e.getCause()).getCode())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A page that has got hold of the secret key. */
  private int inBrowser(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer " + SECRET)
            .header("Origin", "http://localhost:5173")
            .POST(HttpRequest.BodyPublishers.ofString("{}")))
        .statusCode();
  }
}
