package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.issue.IssueTimes;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import org.jspecify.annotations.Nullable;

/**
 * What one user brought to one metric so far. Sums, counts and extremes only, so that the order in
 * which events arrive does not matter. Mutable, owned by one thread.
 */
final class MetricTally {
  // flags of a row; the first two only in rows from before issues were told apart
  private static final int OPENED = 1;
  private static final int RESOLVED = 2;
  private static final int RETURNED = 4;
  private static final int ISSUES = 8;
  private static final int VISITS = 16;

  private double sum;
  private long count;
  private long over;
  private final IssueTallies issues = new IssueTallies();
  private final Visits visits = new Visits();

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
    IssueOpened opened = event.getIssueOpened();
    IssueResolved resolved = event.getIssueResolved();
    if (opened != null && event.getType().equals("issue_opened")) {
      issues.opened(opened.getIssueId(), event.getOccurredAt());
    } else if (resolved != null && event.getType().equals("issue_resolved")) {
      issues.resolved(resolved.getIssueId(), event.getOccurredAt());
    }
  }

  void replied() {
    over++;
  }

  /** The user did something so long after the first exposure. */
  void active(Metric metric, long sinceExposure) {
    if (metric.kind() == Metric.Kind.RETURN) {
      visits.active(sinceExposure, metric.within().toMillis());
    }
  }

  void add(MetricTally other) {
    sum += other.sum;
    count += other.count;
    over += other.over;
    issues.add(other.issues);
  }

  boolean isEmpty() {
    return count == 0 && over == 0 && issues.isEmpty() && visits.isEmpty();
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
      case RETURN -> new Entry(visits.isReturned() ? 1 : 0, 1, null, true);
      case QUANTILE -> new Entry(sum, 1, sum, true);
      case SOLVED -> issues.first().map(issue -> solved(issue, metric)).orElse(null);
      case TIME -> issues.first().map(issue -> timed(issue, closesAt)).orElse(null);
    };
  }

  private static Entry solved(IssueTimes issue, Metric metric) {
    boolean inTime = issue.isResolved() && issue.millis() <= metric.within().toMillis();
    return new Entry(inTime ? 1 : 0, 1, null, true);
  }

  private static Entry timed(IssueTimes issue, long closesAt) {
    boolean happened = issue.isResolved();
    long end = happened ? issue.lastResolved() : closesAt;
    double seconds = Math.max(0, end - issue.firstOpened()) / 1e3;
    return new Entry(seconds, 1, seconds, happened);
  }

  void write(long base, ByteWriter out) {
    boolean open = !visits.isEmpty() && !visits.isSettled();
    out.octet(
        (visits.isSettled() ? RETURNED : 0)
            | (issues.isEmpty() ? 0 : ISSUES)
            | (open ? VISITS : 0));
    out.real(sum);
    out.varint(count);
    out.varint(over);
    if (!issues.isEmpty()) {
      issues.write(base, out);
    }
    if (open) {
      visits.write(out);
    }
  }

  static MetricTally read(long base, ByteReader in) {
    var tally = new MetricTally();
    int flags = in.octet();
    tally.sum = in.real();
    tally.count = in.varint();
    tally.over = in.varint();
    if ((flags & RETURNED) != 0) {
      tally.visits.returned();
    }
    tally.issues.readUnnamed(base, (flags & OPENED) != 0, (flags & RESOLVED) != 0, in);
    if ((flags & ISSUES) != 0) {
      tally.issues.read(base, in);
    }
    if ((flags & VISITS) != 0) {
      tally.visits.read(in);
    }
    return tally;
  }
}
