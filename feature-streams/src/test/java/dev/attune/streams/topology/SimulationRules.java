package dev.attune.streams.topology;

import dev.attune.streams.dispatch.DispatchSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What stays the same in one run of the simulation.
 *
 * @param deadline of a call
 * @param staying replicas that are not well before the end
 * @param alwaysFailing users whom no replica can score before the end
 * @param mostPoll the stream thread runs what is due at least so often
 * @param steady whether it does so at even times
 */
record SimulationRules(
    DispatchSettings dispatch,
    Duration deadline,
    int replicas,
    int staying,
    int tasks,
    Set<String> alwaysFailing,
    Duration mostPoll,
    boolean steady) {
  static final int USERS = 6;
  static final Duration COMMIT = Duration.ofSeconds(2);
  private static final Duration TICK = Duration.ofMillis(250);

  /** What a step writes and reads takes no longer. */
  private static final Duration WRITES = Duration.ofMillis(10);

  static SimulationRules draw(SplittableRandom random) {
    Set<String> failing = new HashSet<>();
    IntStream.range(0, random.nextInt(3)).forEach(_ -> failing.add(user(random)));
    int replicas = 1 + random.nextInt(3);
    return new SimulationRules(
        settings(random),
        millis(random, 50, 2_000),
        replicas,
        random.nextInt(replicas),
        1 + random.nextInt(2),
        failing,
        millis(random, 5, 100),
        random.nextBoolean());
  }

  private static DispatchSettings settings(SplittableRandom random) {
    Duration firstBackoff = millis(random, 1, 100);
    // with a short one a user who always fails is due again at each tick
    int mostBackoff = random.nextBoolean() ? 0 : 1_500;
    return new DispatchSettings(
        1 + random.nextInt(4),
        millis(random, 0, 2_000),
        millis(random, 0, 5_000),
        firstBackoff,
        firstBackoff.plus(millis(random, 0, mostBackoff)),
        random.nextBoolean() ? Duration.ZERO : millis(random, 5, 500),
        1 + random.nextInt(4),
        millis(random, 1, 1_500));
  }

  private static Duration millis(SplittableRandom random, int from, int to) {
    return Duration.ofMillis(random.nextInt(from, to + 1));
  }

  String anyUser(SplittableRandom random) {
    return user(random);
  }

  private static String user(SplittableRandom random) {
    return "u" + random.nextInt(USERS);
  }

  Duration poll(SplittableRandom random) {
    return steady ? mostPoll : Duration.ofNanos(1 + random.nextLong(mostPoll.toNanos()));
  }

  /** A read or write of a store. */
  static Duration access(SplittableRandom random) {
    return Duration.ofNanos(random.nextInt(50_000));
  }

  /** A call that has failed at last is not waited for, hence nobody who always fails. */
  Duration longestCommit() {
    Duration limit = dispatch.barrierLimit();
    return (longestCall().compareTo(limit) < 0 ? longestCall() : limit).plus(WRITES);
  }

  /**
   * Two attempts of the request that is called and two of the newer one that waits, each with a
   * hedge.
   */
  private Duration longestCall() {
    return deadline.plus(dispatch.hedgeAfter()).multipliedBy(4);
  }

  /**
   * How long it takes at most until everybody is scored, but for users who still fail, once one
   * replica is well.
   *
   * <ol>
   *   <li>What was under way ends, and if it failed its key waits for its backoff. From then on
   *       nothing fails but calls of the failing users and of the replicas that stay away.
   *   <li>All breakers may be open. After each pause there is a probe, each time of another key,
   *       and each key asks another replica each time, only its first two may ask the same one. So
   *       one succeeds when each user has had a turn for each replica that stays away and two more.
   *   <li>That may happen again: each failing user's next call may be the first one since a crash,
   *       hence count and open the breakers. Later ones don't count.
   *   <li>While a breaker is closed each tick calls at least one owed key, each in its turn. The
   *       call may be one of a replica that stays away, and last until its deadline; then the key
   *       waits for its backoff. It goes round those whose breakers are closed and one that is
   *       open, another one each round.
   * </ol>
   *
   * <p>A tick comes a poll late at most, and the commit before it may take an answer's time.
   */
  Duration bound(int failing, int away) {
    Duration call = away == 0 ? SimulatedReplicas.LATENCY : deadline;
    Duration tick = TICK.plus(mostPoll).plus(SimulatedReplicas.LATENCY).plus(WRITES);
    Duration probe = dispatch.breakerPause().plus(tick).plus(call);
    Duration turn = tick.plus(call).multipliedBy(USERS).plus(dispatch.maxBackoff());
    return longestCall()
        .plus(dispatch.maxBackoff())
        .plus(probe.multipliedBy((failing + 1L) * USERS * (away + 2L)))
        .plus(turn.multipliedBy(1L + (1L + away) * (1L + away)));
  }
}
