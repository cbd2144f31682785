package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas and users that fail for a while, in virtual time: nobody else notices. */
class OutageTest {
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(ints = {20, 100, 400, 1_000})
  void everybodyIsScoredWithinSecondsOfOneOfTwoReplicasComingBack(int eventsASecond) {
    VirtualStream stream = new VirtualStream(2, eventsASecond);
    stream.run(WARM_UP);
    stream.away[0] = true;
    stream.away[1] = true;
    stream.run(Duration.ofSeconds(10));

    stream.away[0] = false;
    stream.run(Duration.ofSeconds(5));

    assertThat(stream.behind(Duration.ofSeconds(1))).isEmpty();
    assertThat(stream.dispatcher.paused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 100, 400, 1_000})
  void oneOfTwoReplicasThatStaysAwayCostsNoFreshness(int eventsASecond) {
    VirtualStream both = new VirtualStream(2, eventsASecond);
    VirtualStream one = new VirtualStream(2, eventsASecond);
    one.away[1] = true;

    both.run(Duration.ofMinutes(1));
    one.run(Duration.ofMinutes(1));

    assertThat(one.p99(_ -> true)).isLessThanOrEqualTo(both.p99(_ -> true).multipliedBy(2));
    assertThat(one.dispatcher.paused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 400})
  void aReplicaThatFallsSilentCostsNoFreshnessOnceItIsNoticed(int eventsASecond) {
    VirtualStream both = new VirtualStream(2, eventsASecond);
    VirtualStream one = new VirtualStream(2, eventsASecond);
    one.silent[1] = true;
    both.run(WARM_UP);
    one.run(WARM_UP);
    both.measure();
    one.measure();

    both.run(Duration.ofMinutes(1));
    one.run(Duration.ofMinutes(1));

    assertThat(one.p99(_ -> true)).isLessThanOrEqualTo(both.p99(_ -> true).multipliedBy(2));
    assertThat(one.dispatcher.failingReplicas()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 50})
  void usersWhoFailDelayNobodyElse(int percent) {
    VirtualStream sound = new VirtualStream(2, 400);
    VirtualStream partly = new VirtualStream(2, 400);
    sound.run(WARM_UP);
    partly.run(WARM_UP);
    sound.measure();
    partly.measure();
    partly.failing = user -> isOneOf(percent, user);

    sound.run(Duration.ofMinutes(1));
    partly.run(Duration.ofMinutes(1));

    assertThat(partly.p99(user -> !isOneOf(percent, user)))
        .isLessThanOrEqualTo(sound.p99(user -> !isOneOf(percent, user)).multipliedBy(2));
    assertThat(partly.dispatcher.paused()).isFalse();
  }

  /** As when one of three Redis servers is away, or a canary's server hangs. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 33, 50})
  void usersWhoFailLateDelayNobodyElse(int percent) {
    VirtualStream sound = new VirtualStream(2, 400);
    VirtualStream partly = new VirtualStream(2, 400);
    partly.failing = user -> isOneOf(percent, user);
    partly.failsAfter = Duration.ofSeconds(2);

    sound.run(Duration.ofSeconds(12));
    partly.run(Duration.ofSeconds(12));

    assertThat(partly.p99(user -> !isOneOf(percent, user)))
        .isLessThanOrEqualTo(sound.p99(user -> !isOneOf(percent, user)).multipliedBy(2));
    assertThat(partly.dispatcher.paused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 50, 100})
  void usersWhoFailedAreScoredWithinSecondsOnceTheyCanBe(int percent) {
    VirtualStream stream = new VirtualStream(2, 400);
    stream.failing = user -> isOneOf(percent, user);
    stream.run(Duration.ofMinutes(1));

    stream.failing = _ -> false;
    stream.run(Duration.ofSeconds(5));

    assertThat(stream.behind(Duration.ofSeconds(1))).isEmpty();
  }

  private static boolean isOneOf(int percent, String user) {
    return Math.floorMod(user.hashCode() * 0x9E3779B9 >>> 7, 1_000) < percent * 10;
  }
}
