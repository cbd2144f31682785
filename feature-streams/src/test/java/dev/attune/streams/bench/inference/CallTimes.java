package dev.attune.streams.bench.inference;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/** How long calls of each kind took, in one round. */
final class CallTimes {
  private final Map<Kind, Histogram> micros = new EnumMap<>(Kind.class);
  private final Map<Kind, Duration> processor = new EnumMap<>(Kind.class);

  /** Who is asked, and what with. */
  enum Kind {
    WITHOUT_ENCODER("a call without an encoder"),
    NO_MESSAGE("a call of who wrote nothing"),
    CLICK("a click after a message"),
    SHORT("a message of 20 words"),
    /** As many as the median of a support forum's questions. */
    LONG("a message of 67 words");

    private final String what;

    Kind(String what) {
      this.what = what;
    }

    String what() {
      return what;
    }
  }

  CallTimes() {
    for (Kind kind : Kind.values()) {
      micros.put(kind, new Histogram(3));
    }
  }

  void add(Kind kind, long nanos) {
    of(kind).recordValue(nanos / 1_000);
  }

  /** What the service computed meanwhile, which neighbours on the machine hardly change. */
  void addProcessor(Kind kind, Duration time) {
    processor.merge(kind, time, Duration::plus);
  }

  /** Of a call, the mean. */
  double processorMillis(Kind kind) {
    Duration all = processor.getOrDefault(kind, Duration.ZERO);
    return all.toNanos() / 1e6 / of(kind).getTotalCount();
  }

  double millis(Kind kind, double percentile) {
    return of(kind).getValueAtPercentile(percentile) / 1e3;
  }

  private Histogram of(Kind kind) {
    return Objects.requireNonNull(micros.get(kind));
  }
}
