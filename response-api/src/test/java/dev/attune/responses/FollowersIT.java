package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.access.UserSignature;
import dev.attune.local.infra.Infra;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who follows a prediction, for how long, and how many of them there may be. */
class FollowersIT {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final Predicate<String> NO_STREAMS =
      metrics -> metrics.contains("\nattune_prediction_streams 0.0\n");

  private static Service service;
  private static Predictions predictions;

  private final String user = "follower-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    service =
        Service.start(
                Infra.shared(),
                "it-followers.",
                "--attune.store.heartbeat=1s",
                "--attune.store.watchers=6",
                "--attune.store.watchers-per-key=4",
                "--attune.store.watchers-per-user=2")
            .ready();
    predictions = new Predictions(Infra.shared().redisUri());
  }

  /** A place is given back once its stream is found to be gone, at its next heartbeat. */
  @BeforeEach
  void awaitAllPlaces() {
    await()
        .atMost(DEADLINE)
        .until(() -> service.manage("/actuator/prometheus").body(), NO_STREAMS::test);
  }

  @AfterAll
  static void stop() {
    service.close();
    predictions.close();
  }

  @Test
  void aStreamEndsWithTheSignatureThatOpenedIt() throws Exception {
    predictions.put(user, 0, 1, "refund", 0.9f);
    try (var brief = service.followAs(user, signed(user, 3));
        var longer = service.followAs(user, signed(user, 600))) {
      await().atMost(DEADLINE).until(() -> brief.text().contains("\"eventToken\":\"0-1\""));

      await().atMost(DEADLINE).until(() -> brief.text().contains("[ended]"));

      predictions.put(user, 0, 2, "refund", 0.9f);
      await().atMost(DEADLINE).until(() -> longer.text().contains("\"eventToken\":\"0-2\""));
      assertThat(brief.text()).doesNotContain("\"eventToken\":\"0-2\"");
    }
  }

  @Test
  void theErasureOfAUserEndsHisStreams() throws Exception {
    predictions.put(user, 0, 1, "refund", 0.9f);
    try (var server = service.follow(user, null);
        var browser = service.followAs(user, signed(user, 600))) {
      await().atMost(DEADLINE).until(() -> server.text().contains("\"eventToken\":\"0-1\""));
      await().atMost(DEADLINE).until(() -> browser.text().contains("\"eventToken\":\"0-1\""));

      assertThat(service.delete("/v1/users/" + user, Service.secretHeaders())).isEqualTo(202);

      await().atMost(DEADLINE).until(() -> server.text().contains("[ended]"));
      await().atMost(DEADLINE).until(() -> browser.text().contains("[ended]"));
    }
    try (var again = service.followAs(user, signed(user, 600))) {
      await().atMost(DEADLINE).until(() -> again.text().contains(":following"));
    }
  }

  /** As while a newer version of Attune takes over, or is rolled back. */
  @Test
  void aStreamOutlivesAPredictionThatCantBeRead() throws Exception {
    predictions.putUnknown(user);
    try (var stream = service.follow(user, null)) {
      await().atMost(DEADLINE).until(() -> stream.text().contains(":unreadable"));

      predictions.put(user, 0, 2, "refund", 0.9f);

      await().atMost(DEADLINE).until(() -> stream.text().contains("\"eventToken\":\"0-2\""));
      assertThat(stream.text()).doesNotContain("[ended]");
    }
  }

  @Test
  void oneVisitorCantTakeThePlacesOfAll() throws Exception {
    List<Service.Stream> open = new ArrayList<>();
    try {
      open.add(following(user, signed(user, 600)));
      open.add(following(user, signed(user, 600)));
      assertThat(refusal(user, signed(user, 600))).isEqualTo(429);

      open.add(following(user + "2", signed(user + "2", 600)));
      open.add(following(user + "3", signed(user + "3", 600)));
      assertThat(refusal(user + "4", signed(user + "4", 600))).isEqualTo(429);

      open.add(following(user + "4", Service.secretHeaders()));
      open.add(following(user + "5", Service.secretHeaders()));
      assertThat(refusal(user + "6", Service.secretHeaders())).isEqualTo(503);
    } finally {
      for (Service.Stream stream : open) {
        stream.close();
      }
    }
    awaitAllPlaces();
  }

  private static Service.Stream following(String user, Map<String, String> headers) {
    var stream = service.followAs(user, headers);
    await().atMost(DEADLINE).until(() -> stream.text().contains(":following"));
    return stream;
  }

  private static int refusal(String user, Map<String, String> headers) {
    return service.ask("GET", "/v1/users/" + user + "/events", (String) null, headers).status();
  }

  private static Map<String, String> signed(String user, long seconds) {
    Instant expiry = Instant.now().plusSeconds(seconds);
    return Service.browserHeaders(UserSignature.sign(Service.IDENTITY_SECRET, user, expiry));
  }
}
