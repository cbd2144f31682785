package dev.attune.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.ScoringServer;
import dev.attune.streams.dispatch.Verdict;
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
class GrpcScoringTest {

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

  private GrpcScoring scoring(String secret, Duration deadline, String... addresses) {
    ScoringSettings settings =
        new ScoringSettings(
            List.of(addresses),
            secret,
            false,
            deadline,
            16,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ZERO,
            4,
            Duration.ofMillis(50));
    return opened(new GrpcScoring(settings, new ScoringMeters(new SimpleMeterRegistry())));
  }

  private static Verdict call(GrpcScoring scoring, String user, long offset) throws Exception {
    return start(scoring, user, offset, 0).get(20, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Verdict> start(
      GrpcScoring scoring, String user, long offset, int attempt) {
    CompletableFuture<Verdict> answer = new CompletableFuture<>();
    ScoreRequest request = ScoreRequest.newBuilder().setUserId(user).setOffset(offset).build();
    scoring.start(request, attempt, answer::complete);
    return answer;
  }

  @Test
  void translatesOutcomes() throws Exception {
    GrpcScoring scoring = scoring(ScoringServer.SECRET, AMPLE, server.address());

    assertThat(call(scoring, "a", 1)).isEqualTo(Verdict.SETTLED);
    server.answerWith(Outcome.SUPERSEDED);
    assertThat(call(scoring, "a", 2)).isEqualTo(Verdict.SETTLED);
    server.answerWith(Outcome.NO_MODEL);
    assertThat(call(scoring, "a", 3)).isEqualTo(Verdict.SETTLED);
    server.answerWith(Outcome.REFUSED);
    assertThat(call(scoring, "a", 4)).isEqualTo(Verdict.REFUSED);
    server.answerWith(Outcome.UNAVAILABLE);
    assertThat(call(scoring, "a", 5)).isEqualTo(Verdict.UNAVAILABLE);
    assertThat(server.stored("a")).isEqualTo(1);
  }

  @Test
  void answersOverOneStreamComeAsTheyFinish() throws Exception {
    GrpcScoring scoring = scoring(ScoringServer.SECRET, AMPLE, server.address());
    server.answerAfter(Duration.ofSeconds(3));
    CompletableFuture<Verdict> slow = start(scoring, "a", 1, 0);
    await().atMost(AMPLE).until(() -> server.requests() == 1);
    server.answerAfter(Duration.ZERO);

    assertThat(call(scoring, "b", 1)).isEqualTo(Verdict.SETTLED);
    assertThat(slow).isNotCompleted();
    assertThat(slow.get(20, TimeUnit.SECONDS)).isEqualTo(Verdict.SETTLED);
  }

  @Test
  void givesUpAtTheDeadlineAndReplacesASilentStream() throws Exception {
    GrpcScoring scoring = scoring(ScoringServer.SECRET, Duration.ofMillis(200), server.address());
    server.fallSilent();
    assertThat(call(scoring, "a", 1)).isEqualTo(Verdict.UNAVAILABLE);

    server.recover();

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(call(scoring, "a", 2)).isEqualTo(Verdict.SETTLED));
  }

  @Test
  void failsWhatWasInFlightWhenTheServerDiesAndReconnects() throws Exception {
    GrpcScoring scoring = scoring(ScoringServer.SECRET, AMPLE, server.address());
    server.fallSilent();
    CompletableFuture<Verdict> lost = start(scoring, "a", 1, 0);
    await().atMost(AMPLE).until(() -> server.requests() == 1);

    server.stop();
    assertThat(lost.get(20, TimeUnit.SECONDS)).isEqualTo(Verdict.UNAVAILABLE);
    assertThat(call(scoring, "a", 2)).isEqualTo(Verdict.UNAVAILABLE);
    server.start();
    server.recover();

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(call(scoring, "a", 3)).isEqualTo(Verdict.SETTLED));
  }

  @Test
  void isRefusedWithoutTheSecret() throws Exception {
    GrpcScoring scoring = scoring("wrong", AMPLE, server.address());

    assertThat(call(scoring, "a", 1)).isEqualTo(Verdict.UNAVAILABLE);
    assertThat(server.requests()).isZero();
  }

  @Test
  void spreadsUsersAndTriesAnotherReplicaAtTheNextAttempt() throws Exception {
    ScoringServer other = opened(new ScoringServer());
    GrpcScoring scoring = scoring(ScoringServer.SECRET, AMPLE, server.address(), other.address());
    for (int i = 0; i < 40; i++) {
      assertThat(call(scoring, "user-" + i, 1)).isEqualTo(Verdict.SETTLED);
    }
    assertThat(server.stored()).hasSizeBetween(5, 35);
    assertThat(other.stored()).hasSize(40 - server.stored().size());

    String onFirst = server.stored().keySet().iterator().next();
    server.stop();

    assertThat(start(scoring, onFirst, 2, 1).get(20, TimeUnit.SECONDS)).isEqualTo(Verdict.SETTLED);
    assertThat(other.stored(onFirst)).isEqualTo(2);
  }
}
