package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Options#onFailure} and the log are told. */
class FailureTest {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Queue<Transport.Response> answers = new ArrayDeque<>();

  @Test
  void eachTryAndEachRefusedEventOfEvents() throws Exception {
    answer(503, "{\"code\":\"unavailable\",\"detail\":\"Kafka is away.\"}");
    answer(200, "<!doctype html>");
    answer(
        207,
        "{\"accepted\":1,\"rejected\":[{\"index\":1,\"code\":\"schema_invalid\","
            + "\"field\":\"clicked.element\",\"detail\":\"is missing\"}]}");
    try (Attune attune = start()) {
      attune.track(Event.clicked("u", "a"));
      String refused = attune.track(Event.clicked("u", "b"));

      assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();

      assertThat(told)
          .containsExactly(
              "events: no answer: java.io.IOException: reset; is tried again",
              "events: answer 503, unavailable: Kafka is away.; is tried again",
              "events: answer 200, unexpected_answer; is tried again",
              "events: answer 207, schema_invalid: is missing, field clicked.element, event "
                  + refused);
    }
  }

  @Test
  void anEventThatIsRefusedAlone() throws Exception {
    answer(413, "{\"code\":\"too_large\",\"detail\":\"Too large.\"}");
    answer(413, "{\"code\":\"too_large\",\"detail\":\"Too large.\"}");
    try (Attune attune = start()) {
      String refused = attune.track(Event.clicked("u", "a"));

      assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();

      assertThat(told).endsWith("events: answer 413, too_large: Too large., event " + refused);
      assertThat(attune.dropped()).isEqualTo(1);
    }
  }

  @Test
  void eachReplyThatDoesNotCome() throws Exception {
    answer(401, "{\"code\":\"unauthorized\",\"detail\":\"Unknown key.\"}");
    answer(200, "{}");
    answer(200, "{\"text\":\"hello\"}");
    try (Attune attune = start()) {
      for (int i = 0; i < 3; i++) {
        assertThat(attune.respond("u", "greeting", Map.of(), Duration.ZERO)).isEmpty();
      }
      assertThat(attune.respond("u", "greeting", Map.of(), Duration.ZERO)).isPresent();
    }

    assertThat(told)
        .containsExactly(
            "a reply: no answer: java.io.IOException: reset",
            "a reply: answer 401, unauthorized: Unknown key.",
            "a reply: answer 200, unexpected_answer");
  }

  @Test
  void warnsOfWhateverKeepsEventsAndRepliesFromTheServerOnceUntilItIsOver() throws Exception {
    var wrong = new AtomicReference<@Nullable Exception>(unknownHost());
    try (var log = new KeptLog(FailureReport.class);
        Attune attune =
            Attune.at("http://gateway", "k")
                .batch(2, 1_000, Duration.ZERO)
                .retry(Duration.ofMillis(1), Duration.ofMillis(2))
                .transport(throwing(wrong))
                .onFailure(failure -> told.add(failure.toString()))
                .start()) {
      attune.track(Event.clicked("u", "a"));
      await(() -> told.size() > 3);
      wrong.set(new IllegalArgumentException("no such header"));
      await(() -> told.getLast().contains("no such header"));
      wrong.set(unknownHost());
      await(() -> told.getLast().contains("ConnectException"));
      wrong.set(null);
      assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();
      wrong.set(unknownHost());
      for (int i = 0; i < 2; i++) {
        assertThat(attune.respond("u", "greeting", Map.of(), Duration.ZERO)).isEmpty();
      }
      attune.track(Event.clicked("u", "b"));
      assertThat(attune.flush(Duration.ofMillis(100))).isFalse();

      String host = "java.net.ConnectException, from java.nio.channels.UnresolvedAddressException";
      assertThat(log.messages())
          .containsExactly(
              "WARNING " + noEvents(host),
              "WARNING " + noEvents("java.lang.IllegalArgumentException: no such header"),
              "WARNING No reply comes from http://gateway/v1/responses: "
                  + host
                  + ". Check the address, the key, what is asked for and any proxy in between.",
              "WARNING " + noEvents(host));
      assertThat(told).first().isEqualTo("events: no answer: " + host + "; is tried again");
      attune.close(Duration.ZERO);
    }
  }

  /** The JDK's client refuses such a header with each request, and says the key in its message. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "secret\n", " secret", "secret\u00a0", "sec\u0007ret", "secret\ufeff"})
  void aKeyThatNoRequestCanCarryIsRefusedAtOnce(String key) {
    assertThatThrownBy(() -> Attune.at("http://gateway", key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key")
        .hasMessageNotContaining("ret");
  }

  @Test
  void aSignatureThatNoRequestCanCarryCostsTheReplyAndIsNotTold() throws Exception {
    try (Attune attune =
        Attune.at("http://gateway", "k")
            .signature(user -> "9999999999.secret\n")
            .onFailure(failure -> told.add(failure.toString()))
            .start()) {
      assertThat(attune.respond("u", "greeting", Map.of(), Duration.ZERO)).isEmpty();
    }

    assertThat(told).singleElement().asString().contains("signature").doesNotContain("secret");
  }

  private static Transport throwing(AtomicReference<@Nullable Exception> wrong) {
    return (url, headers, body, timeout) -> {
      Exception now = wrong.get();
      if (now instanceof IOException io) {
        throw io;
      }
      if (now instanceof RuntimeException mistake) {
        throw mistake;
      }
      return new Transport.Response(200, null, "{\"accepted\":1,\"rejected\":[]}");
    };
  }

  /** As the JDK's client says it: the reason is in the cause. */
  private static IOException unknownHost() {
    return (IOException) new ConnectException().initCause(new UnresolvedAddressException());
  }

  private static String noEvents(String why) {
    return "No events are taken at http://gateway/v1/events: "
        + why
        + ". They are kept and sent again. Check the address, the key and any proxy in between.";
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private void answer(int status, String body) {
    answers.add(new Transport.Response(status, null, body));
  }

  /** The first try breaks off; a listener that throws is none of the SDK's business. */
  private Attune start() {
    var first = new boolean[] {true};
    return Attune.at("http://gateway", "k")
        .batch(2, 1_000, Duration.ofMillis(50))
        .retry(Duration.ofMillis(1), Duration.ofMillis(2))
        .transport(
            (url, headers, body, timeout) -> {
              if (first[0]) {
                first[0] = false;
                throw new IOException("reset");
              }
              return answers.remove();
            })
        .onFailure(
            failure -> {
              told.add(failure.toString());
              throw new IllegalStateException("the listener's own");
            })
        .start();
  }
}
