package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.schemas.avro.InteractionEvent;
import org.jspecify.annotations.Nullable;

/**
 * What one user brought to one metric so far. Sums, counts and extremes only, so that the order in
 * which events arrive does not matter. Mutable, owned by one thread.
 */
final class MetricTally {
  private static final long NEVER = Long.MAX_VALUE;

  private double sum;
  private long count;
  private long over;
  private long opened = NEVER;
  private long resolved = NEVER;
  private boolean returned;

  /** What a user enters a metric with. */
  record Entry(double numerator, double denominator, @Nullable Double time, boolean happened) {}

  void observe(Metric metric, InteractionEvent event) {
    switch (metric.kind()) {
      case COUNT, ANY, PER_REPLY -> count += accepts(metric.of(), event) ? 1 : 0;
      case SUM, MEAN, QUANTILE -> addNumber(metric, event);
      case RATE -> {
        count += accepts(metric.of(), event) ? 1 : 0;
        over += accepts(metric.over(), event) ? 1 : 0;
      }
      case TIME, SOLVED -> issue(event);
      case RETURN -> {}
    }
  }

  private void addNumber(Metric metric, InteractionEvent event) {
    double value = metric.of() == null ? Double.NaN : metric.of().value(event);
    if (!Double.isNaN(value)) {
      sum += value;
      count++;
    }
  }

  private void issue(InteractionEvent event) {
    long time = event.getOccurredAt();
    if (event.getType().equals("issue_opened")) {
      opened = Math.min(opened, time);
    } else if (event.getType().equals("issue_resolved")) {
      resolved = Math.min(resolved, time);
    }
  }

  void replied() {
    over++;
  }

  /** The user did something so long after the first exposure. */
  void active(Metric metric, long sinceExposure) {
    returned |= metric.kind() == Metric.Kind.RETURN && sinceExposure >= metric.within().toMillis();
  }

  void add(MetricTally other) {
    sum += other.sum;
    count += other.count;
    over += other.over;
    opened = Math.min(opened, other.opened);
    resolved = Math.min(resolved, other.resolved);
    returned |= other.returned;
  }

  boolean isEmpty() {
    return count == 0 && over == 0 && opened == NEVER && resolved == NEVER && !returned;
  }

  private static boolean accepts(
      dev.attune.core.feature.@Nullable EventSelector selector, InteractionEvent event) {
    return selector != null && selector.accepts(event);
  }

  /**
   * @param closesAt when the metric's window closes
   * @return null when the metric says nothing of this user, for example of one without an issue
   */
  @Nullable Entry entry(Metric metric, long closesAt) {
    return switch (metric.kind()) {
      case COUNT -> new Entry(count, 1, null, true);
      case SUM -> new Entry(sum, 1, null, true);
      case ANY -> new Entry(Math.min(count, 1), 1, null, true);
      case MEAN -> new Entry(sum, count, null, true);
      case RATE, PER_REPLY -> new Entry(count, over, null, true);
      case RETURN -> new Entry(returned ? 1 : 0, 1, null, true);
      case QUANTILE -> new Entry(sum, 1, sum, true);
      case SOLVED -> opened == NEVER ? null : new Entry(isSolved(metric) ? 1 : 0, 1, null, true);
      case TIME -> opened == NEVER ? null : timed(closesAt);
    };
  }

  private boolean isSolved(Metric metric) {
    return resolved != NEVER && resolved - opened <= metric.within().toMillis();
  }

  private Entry timed(long closesAt) {
    boolean happened = resolved != NEVER;
    double seconds = Math.max(0, (happened ? resolved : closesAt) - opened) / 1e3;
    return new Entry(seconds, 1, seconds, happened);
  }

  void write(long base, ByteWriter out) {
    out.octet((opened != NEVER ? 1 : 0) | (resolved != NEVER ? 2 : 0) | (returned ? 4 : 0));
    out.real(sum);
    out.varint(count);
    out.varint(over);
    if (opened != NEVER) {
      out.zigzag(opened - base);
    }
    if (resolved != NEVER) {
      out.zigzag(resolved - base);
    }
  }

  static MetricTally read(long base, ByteReader in) {
    var tally = new MetricTally();
    int flags = in.octet();
    tally.sum = in.real();
    tally.count = in.varint();
    tally.over = in.varint();
    tally.opened = (flags & 1) != 0 ? base + in.zigzag() : NEVER;
    tally.resolved = (flags & 2) != 0 ? base + in.zigzag() : NEVER;
    tally.returned = (flags & 4) != 0;
    return tally;
  }
}
