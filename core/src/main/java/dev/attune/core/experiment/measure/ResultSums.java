package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.statistics.LogHistogram;
import dev.attune.core.experiment.statistics.Moments;
import dev.attune.core.experiment.statistics.WeightedMoments;
import dev.attune.schemas.avro.ArmResult;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.MetricResult;
import dev.attune.schemas.avro.WeightsEra;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * An experiment's running sums by arm and metric. What one partition's users bring and what
 * another's do add up. Mutable, owned by one thread.
 */
public final class ResultSums {
  private final String experiment;

  /** Users by weights and arm; the weights of the newest exposure come last. */
  private final SequencedMap<List<Double>, Map<String, Long>> eras = new LinkedHashMap<>();

  private final Map<String, Arm> arms = new TreeMap<>();
  private long firstExposureAt = Long.MAX_VALUE;
  private long lastExposureAt = Long.MIN_VALUE;

  public ResultSums(String experiment) {
    this.experiment = experiment;
  }

  /** One arm's users and sums. */
  static final class Arm {
    long exposed;
    long finished;
    long silent;
    final Map<String, MetricSums> metrics = new TreeMap<>();
  }

  /** One metric's sums in one arm. */
  static final class MetricSums {
    Moments sums = Moments.NONE;

    /** Not centred; for instances of the first release. */
    Moments.Products raw = Moments.Products.NONE;

    WeightedMoments weighted = WeightedMoments.NONE;
    LogHistogram happened = new LogHistogram();
    LogHistogram open = new LogHistogram();

    void add(double numerator, double denominator, double covariate) {
      sums = sums.add(numerator, denominator, covariate);
      raw = raw.plus(Moments.Products.of(new Moments.Sums(numerator, denominator, covariate)));
    }

    void add(MetricSums other) {
      sums = sums.plus(other.sums);
      raw = raw.plus(other.raw);
      weighted = weighted.plus(other.weighted);
      happened.add(other.happened);
      open.add(other.open);
    }
  }

  public void add(UserExposures.FirstExposure first) {
    era(first.weights(), first.at() >= lastExposureAt).merge(first.variant(), 1L, Long::sum);
    arm(first.variant()).exposed++;
    firstExposureAt = Math.min(firstExposureAt, first.at());
    lastExposureAt = Math.max(lastExposureAt, first.at());
  }

  public void add(ClosedWindow closed) {
    MetricTally.Entry entry = closed.entry();
    if (entry == null) {
      return;
    }
    MetricSums metric = metric(closed.variant(), closed.metric().name());
    metric.add(entry.numerator(), entry.denominator(), closed.covariate());
    double g = closed.share() > 0 ? 1 / closed.share() : assumedWeight(closed.variant());
    metric.weighted =
        metric.weighted.add(g, entry.numerator(), entry.denominator(), closed.covariate());
    if (entry.time() != null) {
      (entry.happened() ? metric.happened : metric.open).add(entry.time());
    }
  }

  public void add(UserExposures.Finished finished) {
    Arm arm = arm(finished.variant());
    arm.finished++;
    arm.silent += finished.silent() ? 1 : 0;
  }

  /** Adds another partition's part of the same experiment. */
  public void add(ExperimentResult part) {
    boolean newer = part.getLastExposureAt() >= lastExposureAt;
    firstExposureAt = Math.min(firstExposureAt, part.getFirstExposureAt());
    lastExposureAt = Math.max(lastExposureAt, part.getLastExposureAt());
    for (WeightsEra era : part.getEras()) {
      Map<String, Long> users = era(era.getWeights(), newer);
      era.getUsers().forEach((variant, count) -> users.merge(variant, count, Long::sum));
    }
    long exposed = part.getArms().stream().mapToLong(ArmResult::getExposed).sum();
    for (ArmResult result : part.getArms()) {
      double assumed = result.getExposed() == 0 ? 1 : (double) exposed / result.getExposed();
      Arm arm = arm(result.getVariant());
      arm.exposed += result.getExposed();
      arm.finished += result.getFinished();
      arm.silent += result.getSilent();
      result.getMetrics().forEach(metric -> add(result.getVariant(), metric, assumed));
    }
  }

  /** The users of an era, to be added to; the era of the newest exposure becomes the last. */
  private Map<String, Long> era(List<Double> weights, boolean newest) {
    Map<String, Long> users = eras.getOrDefault(weights, new TreeMap<>());
    if (newest) {
      eras.putLast(weights, users);
    } else if (users.isEmpty()) {
      eras.putFirst(weights, users);
    }
    return users;
  }

  /** Of users whose probability was not kept: as if it had been the same for all of them. */
  private double assumedWeight(String variant) {
    long users = arm(variant).exposed;
    return users == 0 ? 1 : (double) exposed() / users;
  }

  private void add(String variant, MetricResult r, double assumedWeight) {
    MetricSums metric = metric(variant, r.getMetric());
    metric.sums = metric.sums.plus(MetricRows.moments(r));
    metric.raw = metric.raw.plus(MetricRows.raw(r));
    metric.weighted = metric.weighted.plus(MetricRows.weighted(r, assumedWeight));
    r.getHappened().forEach(b -> metric.happened.addBucket(b.getBucket(), b.getUsers()));
    r.getOpen().forEach(b -> metric.open.addBucket(b.getBucket(), b.getUsers()));
  }

  Arm arm(String variant) {
    return arms.computeIfAbsent(variant, _ -> new Arm());
  }

  MetricSums metric(String variant, String metric) {
    return arm(variant).metrics.computeIfAbsent(metric, _ -> new MetricSums());
  }

  Map<List<Double>, Map<String, Long>> eras() {
    return eras;
  }

  public String experiment() {
    return experiment;
  }

  /** Users of all arms by first exposure. */
  public long exposed() {
    return arms.values().stream().mapToLong(arm -> arm.exposed).sum();
  }

  /** Epoch milliseconds; of no meaning before anyone was exposed. */
  public long firstExposureAt() {
    return firstExposureAt;
  }

  /**
   * @param partition whose users are summed up here
   */
  public ExperimentResult toAvro(int partition, long now) {
    List<WeightsEra> writtenEras = new ArrayList<>();
    eras.forEach((weights, users) -> writtenEras.add(new WeightsEra(weights, Map.copyOf(users))));
    List<ArmResult> writtenArms = new ArrayList<>();
    arms.forEach(
        (variant, arm) -> {
          List<MetricResult> metrics = new ArrayList<>();
          arm.metrics.forEach((name, metric) -> metrics.add(MetricRows.written(name, metric)));
          writtenArms.add(new ArmResult(variant, arm.exposed, arm.finished, arm.silent, metrics));
        });
    return new ExperimentResult(
        experiment, partition, now, firstExposureAt, lastExposureAt, writtenEras, writtenArms);
  }
}
