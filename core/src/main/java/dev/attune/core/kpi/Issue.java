package dev.attune.core.kpi;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one issue. Extremes and counts only, so that the order in which its events
 * arrive doesn't matter: it is resolved when it was resolved as often as opened, and took from the
 * first opening to the last resolution.
 *
 * @param place null until an opening is known
 */
record Issue(
    String id,
    @Nullable KpiDimensions place,
    int opens,
    int resolves,
    long firstOpened,
    long lastResolved) {
  static Issue unknown(String id) {
    return new Issue(id, null, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE);
  }

  Issue opened(long at, KpiDimensions here) {
    return new Issue(
        id,
        place == null ? here : place,
        opens + 1,
        resolves,
        Math.min(firstOpened, at),
        lastResolved);
  }

  Issue resolved(long at) {
    return new Issue(id, place, opens, resolves + 1, firstOpened, Math.max(lastResolved, at));
  }

  boolean isResolved() {
    return opens > 0 && resolves >= opens;
  }

  /** Time of its newest event. */
  long newest() {
    return Math.max(opens > 0 ? firstOpened : Long.MIN_VALUE, lastResolved);
  }

  KpiSums sums() {
    var sums = new KpiSums();
    sums.add(Measure.OPENED, opens > 0 ? 1 : 0);
    if (isResolved()) {
      sums.add(Measure.RESOLVED, 1);
      sums.resolved(Math.max(0, lastResolved - firstOpened) / 1e3);
    }
    return sums;
  }

  void write(ByteWriter out) {
    out.text(id);
    out.octet(place == null ? 0 : 1);
    if (place != null) {
      place.write(out);
    }
    out.varint(opens);
    out.varint(resolves);
    out.zigzag(firstOpened);
    out.zigzag(lastResolved);
  }

  /**
   * @param withArms false: a row from before they were kept
   */
  static Issue read(ByteReader in, boolean withArms) {
    return new Issue(
        in.text(),
        in.octet() == 0 ? null : KpiDimensions.read(in, withArms),
        (int) in.varint(),
        (int) in.varint(),
        in.zigzag(),
        in.zigzag());
  }
}
