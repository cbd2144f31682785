package dev.attune.core.kpi;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.issue.IssueTimes;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one issue.
 *
 * @param place null until an opening is known
 */
record Issue(String id, @Nullable KpiDimensions place, IssueTimes times) {
  static Issue unknown(String id) {
    return new Issue(id, null, IssueTimes.UNKNOWN);
  }

  Issue opened(long at, KpiDimensions here) {
    return new Issue(id, place == null ? here : place, times.plus(IssueTimes.opened(at)));
  }

  Issue resolved(long at) {
    return new Issue(id, place, times.plus(IssueTimes.resolved(at)));
  }

  /** Whether it counts as open; of one without a known opening nothing counts. */
  boolean isOpen() {
    return times.isOpened() && !times.isResolved();
  }

  /** Time of its newest event. */
  long newest() {
    return Math.max(times.lastOpened(), times.lastResolved());
  }

  KpiSums sums() {
    var sums = new KpiSums();
    sums.add(Measure.OPENED, times.isOpened() ? 1 : 0);
    if (times.isResolved()) {
      sums.add(Measure.RESOLVED, 1);
      sums.resolved(times.millis() / 1e3);
    }
    return sums;
  }

  void write(ByteWriter out) {
    out.text(id);
    out.octet(place == null ? 0 : 1);
    if (place != null) {
      place.write(out);
    }
    out.zigzag(times.firstOpened());
    out.zigzag(times.lastOpened());
    out.zigzag(times.lastResolved());
  }

  static Issue read(ByteReader in) {
    return new Issue(
        in.text(),
        in.octet() == 0 ? null : KpiDimensions.read(in, true),
        new IssueTimes(in.zigzag(), in.zigzag(), in.zigzag()));
  }

  /**
   * Of a row that counted openings and resolutions in place of the last opening.
   *
   * @param withArms false: from before they were kept
   */
  static Issue readCounted(ByteReader in, boolean withArms) {
    String id = in.text();
    KpiDimensions place = in.octet() == 0 ? null : KpiDimensions.read(in, withArms);
    long opens = in.varint();
    long resolves = in.varint();
    long firstOpened = in.zigzag();
    long lastResolved = in.zigzag();
    long lastOpened = lastOpened(opens, resolves, firstOpened, lastResolved);
    return new Issue(id, place, new IssueTimes(firstOpened, lastOpened, lastResolved));
  }

  /** Such that the issue is resolved if it was counted so: the sums have it as it was counted. */
  private static long lastOpened(long opens, long resolves, long firstOpened, long lastResolved) {
    if (opens == 0) {
      return Long.MIN_VALUE;
    }
    return resolves >= opens
        ? Math.min(firstOpened, lastResolved)
        : Math.max(firstOpened, lastResolved + 1);
  }
}
