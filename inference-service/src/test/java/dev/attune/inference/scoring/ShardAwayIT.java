package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.inference.model.ModelSlots;
import dev.attune.local.infra.RedisShards;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.RedisDeployment;
import dev.attune.predictions.RedisDeployment.Kind;
import dev.attune.predictions.RedisPredictions;
import dev.attune.schemas.Position;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.tracing.TraceSpan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One of three Redis servers stands still; the users of the others go on as if it did not. */
class ShardAwayIT {
  private static final int SHARD_AWAY = 1;
  private static final int CALLS = 1_500;

  /** Of a write that Redis does not answer: a limit of 2 s, twice. */
  private static final Duration OWN = Duration.ofSeconds(4);

  /** Far above a write's time on a busy machine, far below {@link #OWN}. */
  private static final Duration OTHERS = Duration.ofMillis(500);

  private final RedisDeployment redis = RedisDeployment.start(Kind.CLUSTER);
  private final RedisPredictions store =
      new RedisPredictions(redis.settings("attune-inference"), "test");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ShadowScorer shadow = new ShadowScorer(meters);
  private final Scorer scorer =
      Scorers.writing(
          store.writer(),
          new ScoringSettings(4, 256, 4_096),
          () -> new ModelSlots(Scripted.of("1", row -> new float[] {1, 0, 0})),
          shadow,
          meters);
  private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();

  /** What a call was told, and when. */
  private record Answered(int shard, Outcome outcome, Duration after) {}

  @AfterEach
  void close() {
    redis.servers().get(SHARD_AWAY).proceed();
    scorer.close();
    shadow.close();
    store.close();
    redis.close();
  }

  @Test
  void othersAreAnsweredInTheirUsualTime() throws Exception {
    submit(0);
    await().until(() -> answers.size() == CALLS);
    assertThat(answers).extracting(Answered::outcome).containsOnly(Outcome.STORED);
    answers.clear();

    redis.servers().get(SHARD_AWAY).stop();
    submit(1);

    await().atMost(OWN.multipliedBy(5)).until(() -> answers.size() == CALLS);
    assertThat(answers)
        .filteredOn(answered -> answered.shard() == SHARD_AWAY)
        .isNotEmpty()
        .extracting(Answered::outcome)
        .containsOnly(Outcome.UNAVAILABLE);
    List<Answered> others =
        answers.stream().filter(answered -> answered.shard() != SHARD_AWAY).toList();
    assertThat(others).extracting(Answered::outcome).containsOnly(Outcome.STORED);
    assertThat(others).extracting(Answered::after).allMatch(time -> time.compareTo(OTHERS) < 0);
  }

  /** A call each of many users, a thousand a second. */
  private void submit(long offset) throws InterruptedException {
    for (int i = 0; i < CALLS; i++) {
      String user = "user-" + i;
      long start = System.nanoTime();
      scorer.submit(
          task(user, offset),
          TraceSpan.NONE,
          answer ->
              answers.add(
                  new Answered(
                      RedisShards.shardOf(PredictionKey.of(user)),
                      answer.outcome(),
                      Duration.ofNanos(System.nanoTime() - start))));
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static ScoreTask.Score task(String user, long offset) {
    FeatureRow row =
        new FeatureRow("set", new double[] {1}, new @Nullable String[0], new TokenBag[0]);
    return new ScoreTask.Score(
        user, "session", new Position(0, 0, offset), 0, 0, row, List.of(), Map.of());
  }
}
