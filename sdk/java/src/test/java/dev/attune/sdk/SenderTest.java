package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SenderTest {
  private static final Transport HALF_ACCEPTED =
      (url, headers, body, timeout) ->
          new Transport.Response(207, null, "{\"accepted\":1,\"rejected\":[{\"index\":1}]}");

  @Test
  void whoSeesTheSpoolEmptySeesTheCounts() throws Exception {
    List<String> seen = new ArrayList<>();
    List<Integer> refused = new ArrayList<>();
    Sender[] sender = new Sender[1];
    Spool spool =
        new Spool(null, 10) {
          @Override
          synchronized void remove(Iterable<String> ids) {
            super.remove(ids);
            // from here on flush() may return
            seen.add(size() + " wait, " + sender[0].sent() + " sent, " + refused + " refused");
          }
        };
    sender[0] =
        new Sender(
            spool,
            Attune.at("http://gateway", "k"),
            HALF_ACCEPTED,
            (reason, count) -> refused.add(count),
            (user, token) -> {},
            new Traces(-1, null));
    spool.add("a", "{}", true);
    spool.add("b", "{}", true);

    sender[0].drain();

    assertThat(seen).containsExactly("0 wait, 1 sent, [1] refused");
  }

  @Test
  void aListenerThatFlushesDoesNotWaitForItself() throws Exception {
    Attune[] attune = new Attune[1];
    AtomicBoolean flushed = new AtomicBoolean(true);
    attune[0] =
        Attune.at("http://gateway", "k")
            .transport(HALF_ACCEPTED)
            .batch(2, 1000, Duration.ofMinutes(1))
            .onDrop(
                (reason, count) -> {
                  try {
                    flushed.set(attune[0].flush(Duration.ofMinutes(10)));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                })
            .start();
    try (Attune open = attune[0]) {
      open.track(Event.clicked("u", "a"));
      open.track(Event.clicked("u", "b"));

      assertThat(open.flush(Duration.ofSeconds(10))).isTrue();
      assertThat(flushed).isFalse();
    }
  }
}
