package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.user.UserEngine;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a user came back after a pause. Times are milliseconds since the first exposure, which is
 * where the first visit begins. An event that is late may join what looked like two visits, so they
 * are kept until none can be that late any more; the order of events doesn't matter within that
 * time. Mutable, owned by one thread.
 */
final class Visits {
  private static final long LATEST = UserEngine.GRACE.toMillis();

  /** In order, a pause apart. */
  private final List<Visit> visits = new ArrayList<>();

  private boolean returned;

  private record Visit(long from, long to) {
    boolean touches(Visit other, long pause) {
      return other.from < to + pause && from < other.to + pause;
    }

    Visit with(Visit other) {
      return new Visit(Math.min(from, other.from), Math.max(to, other.to));
    }
  }

  /** Whether there is more than one visit, as far as is known. */
  boolean isReturned() {
    return returned || visits.size() > 1;
  }

  /** Nothing that comes will change it. */
  boolean isSettled() {
    return returned;
  }

  void returned() {
    returned = true;
    visits.clear();
  }

  boolean isEmpty() {
    return visits.isEmpty() && !returned;
  }

  /**
   * The user did something.
   *
   * @param pause that ends a visit
   */
  void active(long time, long pause) {
    if (returned) {
      return;
    }
    if (visits.isEmpty()) {
      visits.add(new Visit(0, 0));
    }
    insert(new Visit(time, time), pause);
    boolean settled = visits.getFirst().to + pause < visits.getLast().to - LATEST;
    if (visits.size() > 1 && settled) {
      returned();
    }
  }

  private void insert(Visit added, long pause) {
    Visit whole = added;
    List<Visit> apart = new ArrayList<>(visits.size() + 1);
    for (Visit visit : visits) {
      if (visit.touches(whole, pause)) {
        whole = whole.with(visit);
      } else {
        apart.add(visit);
      }
    }
    int at = 0;
    while (at < apart.size() && apart.get(at).from < whole.from) {
      at++;
    }
    apart.add(at, whole);
    visits.clear();
    visits.addAll(apart);
  }

  void write(ByteWriter out) {
    out.varint(visits.size());
    long before = 0;
    for (Visit visit : visits) {
      out.varint(visit.from - before);
      out.varint(visit.to - visit.from);
      before = visit.to;
    }
  }

  void read(ByteReader in) {
    long before = 0;
    for (long n = in.varint(); n > 0; n--) {
      long from = before + in.varint();
      before = from + in.varint();
      visits.add(new Visit(from, before));
    }
  }
}
