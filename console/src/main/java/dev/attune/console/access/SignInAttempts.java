package dev.attune.console.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slows who guesses passwords. A person mistypes a few times; from then on each further attempt has
 * to wait twice as long as the one before. It is counted by name and address, so that a stranger
 * doesn't keep somebody out, and by name alone, for guesses from many addresses.
 *
 * <p>Names that nobody has count like any other: the wait tells nothing of who exists. What is kept
 * is bounded; who was quiet for long is forgotten.
 */
final class SignInAttempts {
  private static final int FREE = 5;
  private static final int FREE_FROM_ANYWHERE = 50;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration REMEMBERED = Duration.ofMinutes(15);
  private static final int MOST_KEPT = 10_000;
  private static final String ANYWHERE = "";

  private final InstantSource clock;

  /** By name and address, and by name; those that were quiet longest come first. */
  private final Map<Who, Failures> kept = new LinkedHashMap<>(16, 0.75f, true);

  private record Who(String name, String address) {}

  private record Failures(int count, Instant last) {}

  SignInAttempts(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Begins an attempt, which counts as failed until it has {@link #succeeded}: many at once are no
   * way around the wait.
   *
   * @return zero, or how long to wait: then it is no attempt
   */
  synchronized Duration begin(String name, String address) {
    Who here = who(name, address);
    Who anywhere = who(name, ANYWHERE);
    Duration wait = longer(wait(here, FREE), wait(anywhere, FREE_FROM_ANYWHERE));
    if (wait.isZero()) {
      add(here, 1);
      add(anywhere, 1);
      forget();
    }
    return wait;
  }

  synchronized void succeeded(String name, String address) {
    kept.remove(who(name, address));
    add(who(name, ANYWHERE), -1);
  }

  private static Who who(String name, String address) {
    return new Who(AccessSettings.small(name), address);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private Duration wait(Who who, int free) {
    Failures failures = known(who);
    if (failures == null || failures.count < free) {
      return Duration.ZERO;
    }
    int doublings = Math.min(failures.count - free, 10);
    Duration pause = FIRST_WAIT.multipliedBy(1L << doublings);
    pause = pause.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : pause;
    Duration left = Duration.between(clock.instant(), failures.last.plus(pause));
    return left.isPositive() ? left : Duration.ZERO;
  }

  private void add(Who who, int more) {
    Failures failures = known(who);
    int count = (failures == null ? 0 : failures.count) + more;
    if (count <= 0) {
      kept.remove(who);
    } else {
      kept.put(who, new Failures(count, clock.instant()));
    }
  }

  private @Nullable Failures known(Who who) {
    Failures failures = kept.get(who);
    boolean old = failures != null && failures.last.plus(REMEMBERED).isBefore(clock.instant());
    return old ? null : failures;
  }

  private void forget() {
    var quietest = kept.keySet().iterator();
    while (kept.size() > MOST_KEPT) {
      quietest.next();
      quietest.remove();
    }
  }
}
