package dev.attune.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.ScoringServer;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcReplicasTest {
  /** A deadline that a loaded machine meets too, for the tests that are not about it. */
  private static final Duration AMPLE = Duration.ofSeconds(15);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final ScoringServer server = opened(new ScoringServer());

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  private GrpcReplicas scoring(String secret, Duration deadline, String... addresses) {
    ScoringSettings settings =
        new ScoringSettings(
            List.of(addresses),
            secret,
            false,
            deadline,
            16,
            Duration.ofSeconds(1),
            Duration.ofSeconds(20),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ZERO,
            4,
            Duration.ofMillis(50));
    return opened(
        new GrpcReplicas(settings, new ScoringMeters(new SimpleMeterRegistry()), Tracing.OFF));
  }

  private static CallOutcome call(GrpcReplicas scoring, String user, long offset) throws Exception {
    return start(scoring, user, offset).get(20, TimeUnit.SECONDS);
  }

  private static CompletableFuture<CallOutcome> start(
      GrpcReplicas scoring, String user, long offset) {
    CompletableFuture<CallOutcome> answer = new CompletableFuture<>();
    ScoreRequest request = ScoreRequest.newBuilder().setUserId(user).setOffset(offset).build();
    scoring.all().getFirst().call(request, answer::complete);
    return answer;
  }

  @Test
  void translatesOutcomes() throws Exception {
    GrpcReplicas scoring = scoring(ScoringServer.SECRET, AMPLE, server.address());

    assertThat(call(scoring, "a", 1)).isEqualTo(CallOutcome.SETTLED);
    server.answerWith(Outcome.SUPERSEDED);
    assertThat(call(scoring, "a", 2)).isEqualTo(CallOutcome.SETTLED);
    server.answerWith(Outcome.NO_MODEL);
    assertThat(call(scoring, "a", 3)).isEqualTo(CallOutcome.UNAVAILABLE);
    server.answerWith(Outcome.REFUSED);
    assertThat(call(scoring, "a", 4)).isEqualTo(CallOutcome.REFUSED);
    server.answerWith(Outcome.UNAVAILABLE);
    assertThat(call(scoring, "a", 5)).isEqualTo(CallOutcome.UNAVAILABLE);
    assertThat(server.stored("a")).isEqualTo(1);
  }

  @Test
  void answersOverOneStreamComeAsTheyFinish() throws Exception {
    GrpcReplicas scoring = scoring(ScoringServer.SECRET, AMPLE, server.address());
    server.answerAfter(Duration.ofSeconds(3));
    CompletableFuture<CallOutcome> slow = start(scoring, "a", 1);
    await().atMost(AMPLE).until(() -> server.requests() == 1);
    server.answerAfter(Duration.ZERO);

    assertThat(call(scoring, "b", 1)).isEqualTo(CallOutcome.SETTLED);
    assertThat(slow).isNotCompleted();
    assertThat(slow.get(20, TimeUnit.SECONDS)).isEqualTo(CallOutcome.SETTLED);
  }

  @Test
  void givesUpAtTheDeadlineAndReplacesASilentStream() throws Exception {
    GrpcReplicas scoring = scoring(ScoringServer.SECRET, Duration.ofMillis(200), server.address());
    server.fallSilent();
    assertThat(call(scoring, "a", 1)).isEqualTo(CallOutcome.UNAVAILABLE);

    server.recover();

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(call(scoring, "a", 2)).isEqualTo(CallOutcome.SETTLED));
  }

  @Test
  void failsWhatWasInFlightWhenTheServerDiesAndReconnects() throws Exception {
    GrpcReplicas scoring = scoring(ScoringServer.SECRET, AMPLE, server.address());
    server.fallSilent();
    CompletableFuture<CallOutcome> lost = start(scoring, "a", 1);
    await().atMost(AMPLE).until(() -> server.requests() == 1);

    server.stop();
    assertThat(lost.get(20, TimeUnit.SECONDS)).isEqualTo(CallOutcome.UNREACHABLE);
    assertThat(call(scoring, "a", 2)).isEqualTo(CallOutcome.UNREACHABLE);
    server.start();
    server.recover();

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(call(scoring, "a", 3)).isEqualTo(CallOutcome.SETTLED));
  }

  @Test
  void isRefusedWithoutTheSecret() throws Exception {
    GrpcReplicas scoring = scoring("wrong", AMPLE, server.address());

    assertThat(call(scoring, "a", 1)).isEqualTo(CallOutcome.UNREACHABLE);
    assertThat(server.requests()).isZero();
  }
}
