package dev.attune.cli.retrain;

import dev.attune.core.scoring.RolloutSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a version's predictions did beside those of the live one, of the same rows, while nobody saw
 * them. Features are not compared: both get the same.
 *
 * @param agreed same most probable label
 * @param failed it gave no probabilities
 * @param dropped not compared, because it is too slow
 * @param distance mean total variation distance of the probabilities, 0 to 1
 * @param rowMillis mean time that it took for a row
 * @param shift of the label whose share differs most; null: none was named yet
 */
record ShadowFigures(
    long agreed,
    long differed,
    long failed,
    long dropped,
    double distance,
    double rowMillis,
    @Nullable Shift shift) {
  static final ShadowFigures NONE = new ShadowFigures(0, 0, 0, 0, 0, 0, null);

  /**
   * How often a label was the most probable, as shares of the compared rows.
   *
   * @param live by the live version
   * @param own by this one
   */
  record Shift(String label, double live, double own) {
    double size() {
      return Math.abs(live - own);
    }
  }

  Verdict verdict(RolloutSpec.Shadow asked, Duration since) {
    return judged(asked, since).with(named());
  }

  private Map<String, Double> named() {
    long compared = agreed + differed;
    double all = Math.max(1, compared + failed + dropped);
    Map<String, Double> named = new LinkedHashMap<>();
    named.put("predictions", (double) compared + failed + dropped);
    named.put("alike", agreed / (double) Math.max(1, compared));
    named.put("distance", distance);
    named.put("row_ms", rowMillis);
    named.put("failed", failed / all);
    named.put("dropped", dropped / all);
    if (shift != null) {
      named.put("label_shift", shift.size());
    }
    return named;
  }

  private Verdict judged(RolloutSpec.Shadow asked, Duration since) {
    long compared = agreed + differed;
    long all = compared + failed + dropped;
    if (all < asked.predictions()) {
      String so = "%,d of %,d predictions compared".formatted(all, asked.predictions());
      return since.compareTo(asked.within()) < 0
          ? Verdict.waiting(so)
          : Verdict.stop("only " + so + " within " + FigureFormat.of(asked.within()));
    }
    if (failed > asked.failed() * all) {
      return Verdict.stop(
          "it could not score %s of the rows, at most %s is asked"
              .formatted(FigureFormat.share(failed, all), FigureFormat.percent(asked.failed())));
    }
    if (dropped > asked.dropped() * all) {
      return Verdict.stop(
          "it is too slow for %s of the rows, at most %s is asked"
              .formatted(FigureFormat.share(dropped, all), FigureFormat.percent(asked.dropped())));
    }
    if (rowMillis > millis(asked.rowTime())) {
      return Verdict.stop(
          "it takes %.1f ms for a row, at most %.0f is asked"
              .formatted(rowMillis, millis(asked.rowTime())));
    }
    return likeness(asked, all);
  }

  private static double millis(Duration time) {
    return time.toMillis();
  }

  private Verdict likeness(RolloutSpec.Shadow asked, long all) {
    long compared = agreed + differed;
    if (agreed < asked.agree() * compared) {
      return Verdict.stop(
          "it agrees with the live version on %s of the rows, at least %s is asked"
              .formatted(
                  FigureFormat.share(agreed, compared), FigureFormat.percent(asked.agree())));
    }
    if (distance > asked.distance()) {
      return Verdict.stop(
          "its probabilities are %.2f from the live version's, at most %.2f is asked"
              .formatted(distance, asked.distance()));
    }
    if (shift != null && shift.size() > asked.labelShift()) {
      return Verdict.stop(
          "it names %s for %s of the rows, the live version for %s: at most %s apart is asked"
              .formatted(
                  shift.label(),
                  FigureFormat.percent(shift.own()),
                  FigureFormat.percent(shift.live()),
                  FigureFormat.percent(asked.labelShift())));
    }
    return Verdict.goOn(
        "%,d predictions compared: %s alike, distance %.2f, %.2f ms a row, %s failed, %s too slow"
            .formatted(
                compared,
                FigureFormat.share(agreed, compared),
                distance,
                rowMillis,
                FigureFormat.share(failed, all),
                FigureFormat.share(dropped, all)));
  }
}
