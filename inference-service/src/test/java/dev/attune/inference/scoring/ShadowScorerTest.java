package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.inference.model.ModelSlots;
import dev.attune.schemas.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShadowScorerTest {
  private final Scripted live = Scripted.of("1", row -> new float[] {0.6f, 0.4f, 0});
  private final ShadowScorer shadow = new ShadowScorer(new SimpleMeterRegistry());

  @AfterEach
  void close() {
    shadow.close();
  }

  @Test
  void comparesLabelsAndProbabilities() {
    Scripted other =
        Scripted.of(
            "2",
            row -> row.numbers()[0] == 1 ? new float[] {0.8f, 0.2f, 0} : new float[] {0, 1, 0});

    shadow.offer(other, predicted(1, 1, 1, 2));

    await().until(() -> shadow.comparison().agreed() + shadow.comparison().differed() == 4);
    assertThat(shadow.comparison().version()).isEqualTo("2");
    assertThat(shadow.comparison().agreed()).isEqualTo(3);
    assertThat(shadow.comparison().meanDistance()).isCloseTo((3 * 0.2 + 0.6) / 4, within(1e-6));
    assertThat(shadow.comparison().rowMillis()).isPositive();
    String first = other.labels().get(0);
    String second = other.labels().get(1);
    assertThat(shadow.comparison().labels())
        .containsOnly(
            entry(first, new ShadowScorer.Named(4, 3)),
            entry(second, new ShadowScorer.Named(0, 1)));
  }

  @Test
  void countsAnswersThatAreNoProbabilities() {
    shadow.offer(Scripted.of("2", row -> new float[] {Float.NaN, 0, 0}), predicted(1));
    shadow.offer(
        Scripted.of(
            "2",
            row -> {
              throw new IllegalStateException("broken");
            }),
        predicted(1));

    await().until(() -> shadow.comparison().failed() == 2);
  }

  @Test
  void startsOverWithTheNextShadow() {
    shadow.offer(Scripted.of("2", row -> new float[] {1, 0, 0}), predicted(1));
    await().until(() -> shadow.comparison().agreed() == 1);

    shadow.offer(Scripted.of("3", row -> new float[] {0, 0, 1}), predicted(1));

    await().until(() -> shadow.comparison().version().equals("3"));
    assertThat(shadow.comparison().agreed()).isZero();
    assertThat(shadow.comparison().differed()).isEqualTo(1);
    assertThat(shadow.comparison().labels()).hasSize(2);
  }

  @Test
  void aSlowShadowHoldsUpNobody() {
    CountDownLatch slow = new CountDownLatch(1);
    Scripted stuck =
        Scripted.of(
            "2",
            row -> {
              try {
                slow.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new float[] {1, 0, 0};
            });
    double[] rows = Collections.nCopies(5_000, 1.0).stream().mapToDouble(d -> d).toArray();

    shadow.offer(stuck, predicted(rows));

    assertThat(shadow.comparison().dropped()).isBetween(2_700L, 3_000L);
    slow.countDown();
  }

  private List<ScoreResult> predicted(double... numbers) {
    List<ScoreTask.Score> tasks =
        java.util.Arrays.stream(numbers).mapToObj(ShadowScorerTest::task).toList();
    return Predictor.predict(new ModelSlots(live), tasks);
  }

  private static ScoreTask.Score task(double number) {
    var row =
        new FeatureRow("set", new double[] {number}, new @Nullable String[0], new TokenBag[0]);
    return new ScoreTask.Score("u", null, new Position(0, 0, 1), 0, 0, row, List.of(), Map.of());
  }
}
