package dev.attune.inference.scoring;

import dev.attune.core.scoring.RowScores;
import dev.attune.inference.model.ServedModel;
import dev.attune.inference.scoring.ScoreResult.Predicted;
import dev.attune.schemas.avro.LabelProbability;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Lets the shadow score what was scored, beside the hot path, and compares. Nothing of it is
 * stored. One thread behind a short queue: what doesn't fit is dropped and counted, so that a slow
 * shadow costs the users nothing.
 */
@Component
public final class ShadowScorer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShadowScorer.class);
  private static final int QUEUE = 2_000;
  private static final int BATCH = 256;
  private static final double NANOS_A_MILLI = 1e6;

  private final BlockingQueue<Pair> queue = new ArrayBlockingQueue<>(QUEUE);
  private final MeterRegistry registry;
  private final Thread thread;
  private volatile Comparison comparison = Comparison.none("");
  private volatile boolean closed;

  /** A shadow and what the serving model said. */
  private record Pair(ServedModel shadow, Predicted served) {}

  /**
   * How a shadow compares with what serves, since it got its slot.
   *
   * @param agreed same most probable label
   * @param failed it was away, or its answer no probabilities
   * @param dropped not compared, because it is too slow
   * @param meanDistance mean total variation distance of the probabilities, 0 to 1
   * @param rowMillis mean time that it took for a row
   * @param labels how often each label was the most probable, by its name
   */
  public record Comparison(
      String version,
      long agreed,
      long differed,
      long failed,
      long dropped,
      double meanDistance,
      double rowMillis,
      Map<String, Named> labels) {
    static Comparison none(String version) {
      return new Comparison(version, 0, 0, 0, 0, 0, 0, Map.of());
    }

    private Comparison compared(String served, String own, double distance, double millis) {
      long before = agreed + differed;
      boolean agrees = served.equals(own);
      Map<String, Named> counted = new TreeMap<>(labels);
      counted.merge(served, new Named(1, 0), Named::plus);
      counted.merge(own, new Named(0, 1), Named::plus);
      return new Comparison(
          version,
          agreed + (agrees ? 1 : 0),
          differed + (agrees ? 0 : 1),
          failed,
          dropped,
          meanDistance + (distance - meanDistance) / (before + 1),
          rowMillis + (millis - rowMillis) / (before + 1),
          counted);
    }

    private Comparison failed(int rows) {
      return with(failed + rows, dropped);
    }

    private Comparison dropped(int rows) {
      return with(failed, dropped + rows);
    }

    private Comparison with(long nowFailed, long nowDropped) {
      return new Comparison(
          version, agreed, differed, nowFailed, nowDropped, meanDistance, rowMillis, labels);
    }
  }

  /**
   * In how many of the compared rows a label was the most probable.
   *
   * @param serving by what serves
   * @param shadow by the shadow
   */
  public record Named(long serving, long shadow) {
    private Named plus(Named more) {
      return new Named(serving + more.serving, shadow + more.shadow);
    }
  }

  public ShadowScorer(MeterRegistry registry) {
    this.registry = registry;
    this.thread = Thread.ofPlatform().name("shadow").daemon().start(this::work);
  }

  public Comparison comparison() {
    return comparison;
  }

  /** Returns at once. */
  void offer(@Nullable ServedModel shadow, List<ScoreResult> results) {
    if (shadow == null) {
      return;
    }
    int dropped = 0;
    for (ScoreResult result : results) {
      if (result instanceof Predicted served
          && !served.isBlank()
          && !queue.offer(new Pair(shadow, served))) {
        dropped++;
      }
    }
    if (dropped > 0) {
      count("dropped", dropped);
      int rows = dropped;
      update(shadow.version(), comparison -> comparison.dropped(rows));
    }
  }

  private void work() {
    List<Pair> batch = new ArrayList<>(BATCH);
    while (!closed) {
      try {
        Pair first = queue.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
          compare(batch);
        }
      } catch (InterruptedException e) {
        // closing: the loop's condition decides
      } finally {
        batch.clear();
      }
    }
  }

  /** A queue may hold the rows of two shadows, around a switch. */
  private void compare(List<Pair> batch) {
    batch.stream()
        .map(Pair::shadow)
        .distinct()
        .forEach(
            shadow ->
                compare(
                    shadow,
                    batch.stream()
                        .filter(pair -> pair.shadow() == shadow)
                        .map(Pair::served)
                        .toList()));
  }

  private void compare(ServedModel shadow, List<Predicted> served) {
    List<RowScores> scores;
    long begun = System.nanoTime();
    try {
      scores = shadow.score(served.stream().map(each -> each.task().row()).toList());
    } catch (RuntimeException e) {
      log.debug("The shadow {} failed: {}", shadow.version(), e.getMessage());
      count("failed", served.size());
      update(shadow.version(), comparison -> comparison.failed(served.size()));
      return;
    }
    double millis = (System.nanoTime() - begun) / NANOS_A_MILLI / served.size();
    for (int i = 0; i < scores.size(); i++) {
      compare(shadow, served.get(i), scores.get(i).probabilities(), millis);
    }
  }

  private void compare(ServedModel shadow, Predicted served, float[] scores, double millis) {
    if (scores.length != shadow.labels().size() || !Predictor.areProbabilities(scores)) {
      count("failed", 1);
      update(shadow.version(), comparison -> comparison.failed(1));
      return;
    }
    int best = 0;
    double distance = 0;
    for (int i = 0; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
      distance += Math.abs(scores[i] - probability(served, shadow.labels().get(i))) / 2;
    }
    String own = shadow.labels().get(best);
    String said = served.ranked().getFirst().getLabel();
    count(own.equals(said) ? "agreed" : "differed", 1);
    double apart = distance;
    update(shadow.version(), comparison -> comparison.compared(said, own, apart, millis));
  }

  private static float probability(Predicted served, String label) {
    for (LabelProbability each : served.ranked()) {
      if (each.getLabel().equals(label)) {
        return each.getProbability();
      }
    }
    return 0;
  }

  private synchronized void update(
      String version, java.util.function.UnaryOperator<Comparison> change) {
    Comparison now = comparison;
    comparison = change.apply(now.version().equals(version) ? now : Comparison.none(version));
  }

  private void count(String result, int rows) {
    Counter.builder("attune.shadow.rows")
        .description("Rows that the shadow scored along, by how it compares")
        .tag("result", result)
        .register(registry)
        .increment(rows);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
