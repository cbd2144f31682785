package dev.attune.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.attune.core.access.UserSignature;
import dev.attune.gateway.access.Caller;
import dev.attune.http.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private static final Caller WEB = new Caller.Browser("web");
  private static final Caller OTHER = new Caller.Browser("other");
  private static final Caller SERVER = new Caller.Server("server");
  private static final Caller SIGNED =
      new Caller.SignedBrowser("signed", new UserSignature(List.of()), "", Instant.EPOCH);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** Begins near the end of its range, which a clock without a zero may. */
  private long now = Long.MAX_VALUE - 1_000_000_000;

  @Test
  void withoutARateEveryoneIsLetIn() {
    RateLimiter limiter = limiter(new RateSettings(0, 2, 0, 10, 0, 10, 10, 0, 0));

    assertThat(retryAfter(limiter, WEB, 1_000_000)).isZero();
    assertThat(limiter.limitsUsers(WEB)).isFalse();
  }

  @Test
  void byDefaultServersHaveNoLimitAndBrowsersHaveAll() {
    RateLimiter limiter = limiter(new RateSettings(2000, 2, 20, 10, 50, 1000, 100_000, 0, 0));

    assertThat(retryAfter(limiter, SERVER, 1_000_000)).isZero();
    assertThat(limiter.limitsUsers(SERVER)).isFalse();
    assertThat(retryAfter(limiter, WEB, 4000)).isZero();
    assertThat(retryAfter(limiter, WEB, 1000)).isEqualTo(1);
    assertThat(limiter.limitsUsers(WEB)).isTrue();
  }

  @Test
  void countsEventsOfEachKeyApart() {
    RateLimiter limiter = ofKeys(1, 60);

    assertThat(retryAfter(limiter, WEB, 60)).isZero();
    assertThat(retryAfter(limiter, WEB, 10)).isEqualTo(10);
    assertThat(retryAfter(limiter, OTHER, 60)).isZero();
  }

  @Test
  void letsInAgainWhatFlowedInMeanwhile() {
    RateLimiter limiter = ofKeys(2, 10);
    assertThat(retryAfter(limiter, WEB, 20)).isZero();

    pass(Duration.ofSeconds(3));

    assertThat(retryAfter(limiter, WEB, 7)).isEqualTo(1);
    assertThat(retryAfter(limiter, WEB, 6)).isZero();
    assertThat(retryAfter(limiter, WEB, 1)).isEqualTo(1);
    pass(Duration.ofDays(1));
    assertThat(retryAfter(limiter, WEB, 20)).isZero();
    assertThat(retryAfter(limiter, WEB, 1)).as("holds no more than its burst").isEqualTo(1);
  }

  @Test
  void tellsAKeyThatHasNothingLeftBeforeItBringsAnything() {
    RateLimiter limiter = ofKeys(1, 60);
    assertThat(retryAfterOfHead(limiter, WEB)).isZero();
    assertThat(retryAfter(limiter, WEB, 59)).isZero();
    assertThat(retryAfterOfHead(limiter, WEB)).isZero();

    assertThat(retryAfter(limiter, WEB, 11)).isPositive();
    assertThat(retryAfter(limiter, WEB, 1)).isZero();

    assertThat(retryAfterOfHead(limiter, WEB)).isEqualTo(1);
    assertThat(retryAfterOfHead(limiter, OTHER)).isZero();
  }

  @Test
  void aBatchLargerThanTheBucketIsPaidOffAfterwards() {
    RateLimiter limiter = ofKeys(1, 60);

    assertThat(retryAfter(limiter, WEB, 100)).isZero();
    assertThat(retryAfter(limiter, WEB, 1)).isEqualTo(41);
  }

  @Test
  void takesForAllUsersOfABatchOrForNone() {
    RateLimiter limiter = ofUsers(1, 60, 10);
    assertThat(retryAfter(limiter, WEB, Map.of("greedy", 60))).isZero();

    assertThat(retryAfter(limiter, WEB, Map.of("greedy", 5, "modest", 60))).isEqualTo(5);

    assertThat(retryAfter(limiter, WEB, Map.of("modest", 60))).isZero();
  }

  @Test
  void aUserThatIsHeldUsesUpNothingOfTheKeyThatOthersShare() {
    RateLimiter limiter = limiter(new RateSettings(10, 1, 1, 5, 0, 1, 10, 0, 0));
    assertThat(retryAfter(limiter, WEB, Map.of("greedy", 5))).isZero();

    for (int i = 0; i < 100; i++) {
      assertThat(retryAfter(limiter, WEB, Map.of("greedy", 5))).isEqualTo(5);
    }

    assertThat(retryAfter(limiter, WEB, Map.of("modest", 5))).isZero();
  }

  @Test
  void forgetsTheUserLongestUnseen() {
    RateLimiter limiter = ofUsers(1, 60, 1);
    assertThat(retryAfter(limiter, WEB, Map.of("a", 60))).isZero();
    assertThat(retryAfter(limiter, WEB, Map.of("b", 60))).isZero();

    assertThat(retryAfter(limiter, WEB, Map.of("a", 60))).isZero();
  }

  @Test
  void holdsUsersNobodyHasSeenAndServesThoseItRemembers() {
    RateLimiter limiter = ofNewUsers(2, 10, 100);
    assertThat(retryAfter(limiter, WEB, users(0, 9))).isZero();

    assertThat(retryAfter(limiter, WEB, users(10, 12))).isEqualTo(2);
    assertThat(retryAfter(limiter, WEB, users(0, 9))).as("remembered").isZero();
    assertThat(retryAfter(limiter, WEB, users(9, 10))).as("one of two is new").isEqualTo(1);
    assertThat(retryAfter(limiter, WEB, users(11, 12))).as("not remembered").isEqualTo(1);
    assertThat(retryAfter(limiter, OTHER, users(20, 29))).as("of another key").isZero();

    pass(Duration.ofSeconds(1));
    assertThat(retryAfter(limiter, WEB, users(11, 12))).isZero();
  }

  @Test
  void aFloodOfOneKeyMakesNoUserOfAnotherForgotten() {
    RateLimiter limiter = ofNewUsers(1, 5, 5);
    assertThat(retryAfter(limiter, OTHER, users(0, 4))).isZero();

    for (int i = 0; i < 100; i++) {
      pass(Duration.ofSeconds(1));
      assertThat(retryAfter(limiter, WEB, Map.of("invented-" + i, 1))).isZero();
    }

    assertThat(retryAfter(limiter, OTHER, users(0, 4))).isZero();
  }

  @Test
  void provenUsersAreAsManyAsTheyAre() {
    RateLimiter limiter = limiter(new RateSettings(0, 1, 1, 5, 1, 1, 1000, 0, 0));

    for (int i = 0; i < 100; i++) {
      assertThat(retryAfter(limiter, SIGNED, Map.of("u-" + i, 5))).isZero();
    }
    assertThat(retryAfter(limiter, SIGNED, Map.of("u-1", 5))).isEqualTo(5);
  }

  @Test
  void secretKeysHaveRatesOfTheirOwn() {
    RateLimiter limiter = limiter(new RateSettings(0, 1, 0, 1, 0, 1, 10, 5, 2));

    assertThat(retryAfter(limiter, SERVER, Map.of("u", 3))).isZero();
    assertThat(retryAfter(limiter, SERVER, Map.of("u", 1))).isEqualTo(1);
    assertThat(retryAfter(limiter, SERVER, Map.of("v", 3))).isEqualTo(1);
  }

  @Test
  void countsWhatWasRefusedByLimitAndKey() {
    RateLimiter limiter = limiter(new RateSettings(10, 1, 5, 1, 1, 2, 10, 1, 0));
    assertThat(retryAfter(limiter, WEB, users(0, 1))).isZero();
    assertThat(refused("web", "user")).isZero();

    assertThat(retryAfter(limiter, WEB, Map.of("u-0", 5))).isPositive();
    assertThat(retryAfter(limiter, WEB, users(2, 2))).isPositive();
    assertThat(retryAfter(limiter, WEB, 9)).isPositive();
    assertThat(retryAfter(limiter, new Caller.Server("oidc:crm"), 1)).isZero();
    assertThat(retryAfterOfHead(limiter, new Caller.Server("oidc:crm"))).isPositive();

    assertThat(refused("web", "user")).isEqualTo(1);
    assertThat(refused("web", "new_users")).isEqualTo(1);
    assertThat(refused("web", "key")).isEqualTo(1);
    assertThat(refused("oidc", "key")).isEqualTo(1);
  }

  private double refused(String key, String limit) {
    return meters
        .get("attune.ingest.rate.limited")
        .tag("key", key)
        .tag("limit", limit)
        .counter()
        .count();
  }

  private RateLimiter ofKeys(long perSecond, int burstSeconds) {
    return limiter(new RateSettings(perSecond, burstSeconds, 0, 1, 0, 1, 10, 0, 0));
  }

  private RateLimiter ofUsers(long perSecond, int burstSeconds, int remembered) {
    return limiter(new RateSettings(0, 1, perSecond, burstSeconds, 0, 1, remembered, 0, 0));
  }

  private RateLimiter ofNewUsers(long perSecond, int burst, int remembered) {
    return limiter(new RateSettings(0, 1, 0, 1, perSecond, burst, remembered, 0, 0));
  }

  private RateLimiter limiter(RateSettings settings) {
    return new RateLimiter(settings, new RateMeters(meters), () -> now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static Map<String, Integer> users(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(n -> "u-" + n)
        .collect(Collectors.toMap(Function.identity(), user -> 1));
  }

  private static long retryAfter(RateLimiter limiter, Caller caller, int events) {
    return seconds(() -> limiter.take(caller, events, Map.of()));
  }

  private static long retryAfter(RateLimiter limiter, Caller caller, Map<String, Integer> users) {
    int events = users.values().stream().mapToInt(Integer::intValue).sum();
    return seconds(() -> limiter.take(caller, events, users));
  }

  private static long retryAfterOfHead(RateLimiter limiter, Caller caller) {
    return seconds(() -> limiter.mustAdmit(caller));
  }

  /** The answer's Retry-After, 0 when there is no refusal. */
  private static long seconds(Runnable request) {
    Problem refusal = catchThrowableOfType(Problem.class, request::run);
    if (refusal == null) {
      return 0;
    }
    assertThat(refusal.status()).isEqualTo(429);
    return Long.parseLong(refusal.answer("/v1/events").headers().get("Retry-After"));
  }
}
