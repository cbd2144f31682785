package dev.attune.system.scale;

import dev.attune.system.scale.WatchedPods.Look;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What pods did between two looks at them.
 *
 * @param quota processors that each may use
 */
public record Throughput(String what, double quota, Duration took, List<Share> shares) {
  /**
   * One pod's part of it.
   *
   * @param collecting when it collected garbage
   */
  public record Share(String pod, double done, Duration processor, Duration collecting) {
    private String text(double all) {
      return String.format(
          Locale.ROOT,
          "%.1f %% (%.0f µs each, %.1f s of garbage collection)",
          100 * done / all,
          1e6 * seconds(processor) / done,
          seconds(collecting));
    }
  }

  /** What was done from one look until the next, both taken under load. */
  public static Throughput between(String what, double quota, Look before, Look after) {
    return during(what, quota, before, after, Duration.ofNanos(after.nanos() - before.nanos()));
  }

  /** What was done in a load of this length, without any before or after it. */
  public static Throughput during(
      String what, double quota, Look before, Look after, Duration took) {
    List<Share> shares =
        before.pods().entrySet().stream()
            .map(
                then -> {
                  var now = Objects.requireNonNull(after.pods().get(then.getKey()));
                  return new Share(
                      then.getKey(),
                      now.count() - then.getValue().count(),
                      now.processor().minus(then.getValue().processor()),
                      now.collecting().minus(then.getValue().collecting()));
                })
            .toList();
    return new Throughput(what, quota, took, shares);
  }

  public double perSecond() {
    return done() / seconds(took);
  }

  /** Of the pod that did least. */
  public double leastPerSecond() {
    return shares.stream().mapToDouble(Share::done).min().orElseThrow() / seconds(took);
  }

  /** By the processor time that the pods might have used. */
  public double perQuotaSecond() {
    return perSecond() / (quota * shares.size());
  }

  /**
   * How far the pod that is farthest from an even share is from it; 0.1 is a tenth more or less.
   */
  public double unevenness() {
    return shares.stream()
        .mapToDouble(share -> Math.abs(share.done() / done() * shares.size() - 1))
        .max()
        .orElseThrow();
  }

  /** Of the pod that did most. */
  public double largestShare() {
    return shares.stream().mapToDouble(share -> share.done() / done()).max().orElseThrow();
  }

  private double done() {
    return shares.stream().mapToDouble(Share::done).sum();
  }

  private double processorSeconds() {
    return shares.stream().mapToDouble(share -> seconds(share.processor())).sum();
  }

  /** Processor time of one. */
  public double micros() {
    return 1e6 * processorSeconds() / done();
  }

  /** How much of their quotas the pods used. */
  public double used() {
    return processorSeconds() / (seconds(took) * quota * shares.size());
  }

  /** The same of the pod that used least. */
  public double leastUsed() {
    return shares.stream()
        .mapToDouble(share -> seconds(share.processor()) / (seconds(took) * quota))
        .min()
        .orElseThrow();
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  @Override
  public String toString() {
    String parts =
        shares.stream().map(share -> share.text(done())).collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s, %d × %.2f processors, %.1f s: %,.0f/s, %,.0f a quota-second, %.0f µs of processor time"
            + " each, %.0f %% of the quotas used; shares %s",
        what,
        shares.size(),
        quota,
        seconds(took),
        perSecond(),
        perQuotaSecond(),
        micros(),
        100 * used(),
        parts);
  }
}
