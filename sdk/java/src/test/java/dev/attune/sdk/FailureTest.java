package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What {@link Options#onFailure} is told. */
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
