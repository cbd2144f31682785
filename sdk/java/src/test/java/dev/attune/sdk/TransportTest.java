package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Transports of one's own, replies with a user's signature, and the end with its deadline. */
class TransportTest {
  private static final Transport.Response ACCEPTED =
      new Transport.Response(200, null, "{\"accepted\":1,\"rejected\":[]}");

  @Test
  void aTransportThatThrowsIsTriedAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    Transport moody =
        (url, headers, body, timeout) -> {
          if (tries.incrementAndGet() < 3) {
            throw new IllegalStateException("not today");
          }
          return ACCEPTED;
        };
    try (Attune attune = start(moody)) {
      attune.track(Event.clicked("u", "a"));

      assertThat(attune.flush(Duration.ofSeconds(5))).isTrue();
      assertThat(tries).hasValue(3);
    }
  }

  @Test
  void closeKeepsItsDeadlineWhateverTheTransportDoes() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    Transport stuck =
        (url, headers, body, timeout) -> {
          while (true) {
            try {
              released.await();
              return ACCEPTED;
            } catch (InterruptedException e) {
              // deaf to interrupts, as some HTTP clients are
            }
          }
        };
    Attune attune = start(stuck);
    attune.track(Event.clicked("u", "a"));
    long began = System.nanoTime();

    attune.close(Duration.ofMillis(300));

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
    released.countDown();
  }

  @Test
  void anAppWithAWriteKeyShowsItsUsersSignature() throws Exception {
    List<Map<String, String>> seen = new ArrayList<>();
    AtomicInteger asked = new AtomicInteger();
    long later = Instant.now().getEpochSecond() + 3600;
    Transport server =
        (url, headers, body, timeout) -> {
          seen.add(headers);
          // the first signature is one that the server does not know
          boolean good = headers.getOrDefault("Attune-User-Signature", "").endsWith("u-1-2");
          return new Transport.Response(good ? 200 : 403, null, "{\"text\":\"hello\"}");
        };
    try (Attune attune =
        Attune.at("http://gateway", "write")
            .transport(server)
            .signature(user -> later + "." + user + "-" + asked.incrementAndGet())
            .start()) {
      var first = attune.respond("u-1", "greeting", Map.of(), Duration.ZERO);
      var second = attune.respond("u-1", "greeting", Map.of(), Duration.ZERO);

      assertThat(first.map(Reply::text)).hasValue("hello");
      assertThat(second).isPresent();
      assertThat(asked).hasValue(2);
      assertThat(seen).hasSize(3);
    }
  }

  @Test
  void signaturesAreFetchedAnewBeforeTheyExpireAndForAnotherUser() {
    AtomicInteger asked = new AtomicInteger();
    long[] lifetime = {3600};
    var signatures =
        new Signatures(
            user -> {
              asked.incrementAndGet();
              return Instant.now().getEpochSecond() + lifetime[0] + "." + user;
            });

    signatures.of("u-1");
    signatures.of("u-1");
    assertThat(asked).hasValue(1);
    lifetime[0] = 10;
    signatures.of("u-2");
    assertThat(signatures.of("u-2")).endsWith(".u-2");
    assertThat(asked).hasValue(3);
  }

  @Test
  void aSignerThatThrowsCostsTheReplyAndNothingElse() throws Exception {
    try (Attune attune =
        Attune.at("http://127.0.0.1:9", "write")
            .signature(
                user -> {
                  throw new IllegalStateException("signed out");
                })
            .start()) {
      assertThat(attune.respond("u", "greeting", Map.of(), Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void bothTransportsCarryTheSameRequests() throws Exception {
    for (Transport transport : List.of(new HttpTransport(), new UrlConnectionTransport())) {
      var answers =
          JsonMapper.shared()
              .readTree(
                  "[{\"status\":429,\"retryAfter\":\"1\"},{\"status\":0},{\"status\":400},"
                      + "{\"status\":200}]")
              .valueStream()
              .toList();
      try (var gateway = new ScriptedGateway(answers);
          Attune attune =
              Attune.at(gateway.url() + "/", "k")
                  .transport(transport)
                  .retry(Duration.ofMillis(10), Duration.ofMillis(50))
                  .start()) {
        attune.track(Event.messageSent("u", "¿dónde?"));
        assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();

        assertThat(gateway.requests.size()).isGreaterThanOrEqualTo(3);
        assertThat(gateway.requests.get(1).atNanos() - gateway.requests.get(0).atNanos())
            .isGreaterThanOrEqualTo(950_000_000L);
        assertThat(attune.dropped()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!doctype html><title>Sign in</title>",
        "{\"ok\":true}",
        "{\"text\":7}",
        "[]",
        ""
      })
  void aPageWhereTheServiceWasIsNoReply(String body) throws Exception {
    Transport proxy = (url, headers, sent, timeout) -> new Transport.Response(200, null, body);
    try (Attune attune = start(proxy)) {
      assertThat(attune.respond("u", "greeting", Map.of(), Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void warnsOnceOfWhatAPersonMustFixAndTriesLessAndLessOften() throws Exception {
    var answers =
        JsonMapper.shared()
            .readTree(
                "[{\"status\":200,\"body\":\"<!doctype html>\"},{\"status\":200,\"body\":\"\"},"
                    + "{\"status\":503},{\"status\":404,\"body\":\"<!doctype html>\"},"
                    + "{\"status\":200},{\"status\":404}]")
            .valueStream()
            .toList();
    try (var log = new KeptLog(FailureReport.class);
        var gateway = new ScriptedGateway(answers);
        Attune attune =
            Attune.at(gateway.url(), "k")
                .batch(1, 1000, Duration.ZERO)
                .retry(Duration.ofMillis(20), Duration.ofSeconds(10))
                .start()) {
      attune.track(Event.clicked("u", "a"));
      assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();

      attune.track(Event.clicked("u", "b"));
      assertThat(attune.flush(Duration.ofMillis(300))).isFalse();

      assertThat(log.messages())
          .containsExactly(
              "WARNING " + kept(gateway, 200),
              "WARNING " + kept(gateway, 404),
              "WARNING " + kept(gateway, 404));
      long[] at = gateway.requests.stream().mapToLong(ScriptedGateway.Request::atNanos).toArray();
      for (int i = 1; i < 5; i++) {
        assertThat(Duration.ofNanos(at[i] - at[i - 1]))
            .isGreaterThanOrEqualTo(Duration.ofMillis(10L << (i - 1)));
      }
      attune.close(Duration.ZERO);
    }
  }

  private static String kept(ScriptedGateway gateway, int status) {
    return ("No events are taken at %s/v1/events: it answers %d. They are kept and sent again."
            + " Check the address, the key and any proxy in between.")
        .formatted(gateway.url(), status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"events.example.com", "ftp://events.example.com", "http:// "})
  void refusesAnAddressThatIsNone(String endpoint) {
    assertThatThrownBy(() -> Attune.at(endpoint, "k")).isInstanceOf(IllegalArgumentException.class);
  }

  private static Attune start(Transport transport) {
    return Attune.at("http://gateway", "k")
        .transport(transport)
        .retry(Duration.ofMillis(5), Duration.ofMillis(20))
        .start();
  }
}
