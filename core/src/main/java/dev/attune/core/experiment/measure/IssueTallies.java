package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.feature.Hashes;
import dev.attune.core.issue.IssueTimes;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A user's issues since the first exposure, each by its own id: an old issue's resolution says
 * nothing of a new one. Of each only the extremes are kept, so that the order in which its events
 * arrive doesn't matter. Bounded: of a user with more than {@link #MOST} issues in one window the
 * ones opened last are forgotten, of which no metric asks. Mutable, owned by one thread.
 */
final class IssueTallies {
  static final int MOST = 16;

  /** The issue of rows that were written before issues were told apart. */
  private static final long UNNAMED = 0;

  private static final int OPENED = 1;
  private static final int RESOLVED = 2;

  private final Map<Long, IssueTimes> byId = new TreeMap<>();

  void opened(String id, long at) {
    add(Hashes.of64(id), IssueTimes.opened(at));
  }

  void resolved(String id, long at) {
    long key = Hashes.of64(id);
    add(key, IssueTimes.resolved(at));
    if (issue(UNNAMED).isOpened() && !issue(key).isOpened()) {
      add(UNNAMED, IssueTimes.resolved(at));
    }
  }

  void add(IssueTallies other) {
    other.byId.forEach(this::add);
  }

  private void add(long id, IssueTimes more) {
    byId.merge(id, more, IssueTimes::plus);
    if (byId.size() > MOST) {
      byId.remove(leastAskedFor());
    }
  }

  /** The one opened last; while there is but one opened, the one resolved longest ago. */
  private long leastAskedFor() {
    var opened = byId.entrySet().stream().filter(e -> e.getValue().isOpened()).toList();
    var others = byId.entrySet().stream().filter(e -> !e.getValue().isOpened()).toList();
    var leastAskedFor =
        opened.size() > 1
            ? opened.stream().max(Comparator.comparingLong(e -> e.getValue().firstOpened()))
            : others.stream().min(Comparator.comparingLong(e -> e.getValue().lastResolved()));
    return leastAskedFor.orElseThrow().getKey();
  }

  /** The issue opened first; empty when the user opened none. */
  Optional<IssueTimes> first() {
    return byId.values().stream()
        .filter(IssueTimes::isOpened)
        .min(Comparator.comparingLong(IssueTimes::firstOpened));
  }

  boolean isEmpty() {
    return byId.isEmpty();
  }

  private IssueTimes issue(long id) {
    return byId.getOrDefault(id, IssueTimes.UNKNOWN);
  }

  void write(long base, ByteWriter out) {
    out.varint(byId.size());
    byId.forEach(
        (id, issue) -> {
          out.fixed((int) (id >>> 32));
          out.fixed((int) (long) id);
          boolean resolved = issue.hasResolution();
          out.octet((issue.isOpened() ? OPENED : 0) | (resolved ? RESOLVED : 0));
          if (issue.isOpened()) {
            out.zigzag(issue.firstOpened() - base);
            out.varint(issue.lastOpened() - issue.firstOpened());
          }
          if (resolved) {
            out.zigzag(issue.lastResolved() - base);
          }
        });
  }

  void read(long base, ByteReader in) {
    for (long n = in.varint(); n > 0; n--) {
      long high = in.fixed();
      long id = (high << 32) | (in.fixed() & 0xFFFFFFFFL);
      int flags = in.octet();
      IssueTimes issue = IssueTimes.UNKNOWN;
      if ((flags & OPENED) != 0) {
        long first = base + in.zigzag();
        issue = new IssueTimes(first, first + in.varint(), Long.MIN_VALUE);
      }
      if ((flags & RESOLVED) != 0) {
        issue = issue.plus(IssueTimes.resolved(base + in.zigzag()));
      }
      add(id, issue);
    }
  }

  /** As rows told before issues were told apart: whatever was opened and resolved first. */
  void readUnnamed(long base, boolean opened, boolean resolved, ByteReader in) {
    if (opened) {
      add(UNNAMED, IssueTimes.opened(base + in.zigzag()));
    }
    if (resolved) {
      add(UNNAMED, IssueTimes.resolved(base + in.zigzag()));
    }
  }
}
