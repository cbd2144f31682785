package dev.attune.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.stack.LocalKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long the images' services take to start on one processor, and how soon response-api is quick:
 * from their ahead-of-time caches, and without.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(600)
class ImageStartIT {
  private static final int STARTS = 3;
  private static final int FIRST_REPLIES = 100;

  /** What a start from a cache takes at most of one without. */
  private static final double MOST = 0.85;

  private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";
  private static final Duration QUICK = Duration.ofMillis(50);
  private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Only its model is needed: nine JVMs at rest take a tenth of a processor. */
  @BeforeAll
  static void stopTheSharedStack() {
    RunningStack.shared().down();
  }

  @AfterAll
  static void startTheSharedStack() {
    RunningStack.shared().up();
  }

  /** Figures alone depend on the machine; both ways are measured on the same one. */
  @ParameterizedTest
  @ValueSource(strings = {"", QUICK_COMPILER})
  void aCacheMakesServicesReadySooner(String options) throws Exception {
    Figures cached = measured("from caches", options);
    Figures without = measured("without", options + " -XX:AOTMode=off");

    assertThat(List.of("gateway", "responses"))
        .allSatisfy(
            service ->
                assertThat(cached.millis(service)).isLessThan(MOST * without.millis(service)));
    assertThat(cached.firstReplies()).isLessThanOrEqualTo(QUICK);
  }

  private static Figures measured(String what, String options) throws Exception {
    try (ComposedStack stack = ComposedStack.start(options, 1)) {
      Figures figures = measure(stack);
      System.out.println(what + ", " + options + ": " + figures);
      return figures;
    }
  }

  /**
   * What was seen.
   *
   * @param ready from a container's start to a service's readiness, by service, the middle one
   * @param firstReplies p99 of the first replies after a start, the middle one
   */
  private record Figures(Map<String, Duration> ready, Duration firstReplies) {
    double millis(String service) {
      return requireNonNull(ready.get(service)).toMillis();
    }
  }

  private static Figures measure(ComposedStack stack) throws Exception {
    var ready = new TreeMap<String, Duration>();
    for (String service : ComposedStack.SERVICES.keySet()) {
      var starts = new Duration[STARTS];
      for (int n = 0; n < STARTS; n++) {
        starts[n] = start(stack, service);
      }
      ready.put(service, middle(starts));
    }
    return new Figures(ready, firstReplies(stack));
  }

  private static Duration start(ComposedStack stack, String service) throws Exception {
    String container = ComposedStack.container(service);
    stack.containers().end(container);
    Instant asked = Instant.now();
    stack.containers().start(container);
    while (!stack.isReady(service)) {
      assertThat(asked).as(service).isAfter(Instant.now().minus(PATIENCE));
      LockSupport.parkNanos(POLL_NANOS);
    }
    Instant ready = Instant.now();
    Instant started = stack.containers().startedAt(container);
    System.out.println(service + ": podman took " + Duration.between(asked, started));
    return Duration.between(started, ready);
  }

  private static Duration firstReplies(ComposedStack stack) throws Exception {
    var starts = new Duration[STARTS];
    for (int n = 0; n < STARTS; n++) {
      predict(stack);
      var unused = start(stack, "responses");
      starts[n] = p99OfReplies(stack);
    }
    return middle(starts);
  }

  /** So that there is something to read, and to choose a reply by. */
  private static void predict(ComposedStack stack) {
    try (var gateway = new GatewayClient(stack.gatewayUrl(), LocalKeys.SECRET)) {
      for (int user = 0; user < FIRST_REPLIES; user++) {
        var unused =
            gateway.send(List.of(Events.messageSent("early-" + user, "where is my order")));
      }
    }
    Eventually.holds(
        "the last one is predicted",
        () -> Users.isPredicted(stack.responsesUrl(), "early-" + (FIRST_REPLIES - 1)));
  }

  private static Duration p99OfReplies(ComposedStack stack) {
    var took = new Duration[FIRST_REPLIES];
    try (var responses = new ResponsesClient(stack.responsesUrl(), LocalKeys.SECRET)) {
      for (int n = 0; n < FIRST_REPLIES; n++) {
        long began = System.nanoTime();
        var unused =
            responses.ask(new Question("early-" + n, "early-" + n, "reply", "en-US", null, 0));
        took[n] = Duration.ofNanos(System.nanoTime() - began);
      }
    }
    Arrays.sort(took);
    return took[FIRST_REPLIES * 99 / 100 - 1];
  }

  private static Duration middle(Duration... some) {
    Arrays.sort(some);
    return some[some.length / 2];
  }
}
