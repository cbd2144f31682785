package dev.attune.core.experiment.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Times until something happens, where some are known only to be longer than observed (censored).
 *
 * <pre>
 * S(t)  = Π over event times u ≤ t of (1 − dᵤ / rᵤ)        d events of r at risk
 * RMST  = ∫₀^τ S(t) dt                                      the mean of min(T, τ)
 * Var   = Σ over event times u ≤ τ of (∫ᵤ^τ S)² · dᵤ / (rᵤ (rᵤ − dᵤ))
 * </pre>
 *
 * The median or mean of the finished alone would favour whoever leaves the hard cases open; the
 * restricted mean does not. Sources: Kaplan, Meier (JASA 1958); Royston, Parmar, "Restricted mean
 * survival time" (BMC Medical Research Methodology 2013), whose variance this is (Greenwood's).
 */
public final class KaplanMeier {
  /** A product of shares misses a round share by less. */
  private static final double ROUNDING = 1e-9;

  private final NavigableMap<Double, long[]> times = new TreeMap<>();
  private long subjects;

  public void event(double time, long count) {
    add(time, 0, count);
  }

  /** Not happened by then; at a tie with an event the censored were still at risk. */
  public void censored(double time, long count) {
    add(time, 1, count);
  }

  private void add(double time, int which, long count) {
    times.computeIfAbsent(time, _ -> new long[2])[which] += count;
    subjects += count;
  }

  /** Of times kept in buckets. */
  public static KaplanMeier of(LogHistogram happened, LogHistogram open) {
    var curve = new KaplanMeier();
    happened.counts().forEach((bucket, count) -> curve.event(LogHistogram.value(bucket), count));
    open.counts().forEach((bucket, count) -> curve.censored(LogHistogram.value(bucket), count));
    return curve;
  }

  /** The share to whom it has not happened by then. */
  public double survival(double at) {
    List<Step> steps = steps(at);
    return steps.isEmpty() ? 1 : steps.getLast().survivalAfter();
  }

  /** The first time by which it has happened to a share q; NaN when observation ended before. */
  public double quantile(double q) {
    for (Step step : steps(Double.MAX_VALUE)) {
      if (step.survivalAfter() <= 1 - q + ROUNDING) {
        return step.time();
      }
    }
    return Double.NaN;
  }

  /** The mean time up to the horizon τ. */
  public ArmValue restrictedMean(double horizon) {
    double above = 0;
    double until = horizon;
    double variance = 0;
    // from the right: what is under the curve beyond a step is known when the step is reached
    for (Step step : steps(horizon).reversed()) {
      above += step.survivalAfter() * (until - step.time());
      until = step.time();
      if (step.events() > 0 && step.risk() > step.events()) {
        double atRisk = (double) step.risk() * (step.risk() - step.events());
        variance += above * above * step.events() / atRisk;
      }
    }
    return new ArmValue(subjects, above + until, variance);
  }

  private record Step(double time, long events, long risk, double survivalAfter) {}

  private List<Step> steps(double horizon) {
    List<Step> steps = new ArrayList<>();
    double survival = 1;
    long risk = subjects;
    for (var entry : times.headMap(horizon, true).entrySet()) {
      long events = entry.getValue()[0];
      survival *= 1 - (double) events / risk;
      steps.add(new Step(entry.getKey(), events, risk, survival));
      risk -= events + entry.getValue()[1];
    }
    return steps;
  }
}
