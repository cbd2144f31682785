package dev.attune.console.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollerTest {
  /** Ends its look as given, after it was counted. */
  private record Counted(AtomicInteger looks, Look look) implements Polled {
    Counted(Look look) {
      this(new AtomicInteger(), look);
    }

    @Override
    public String subject() {
      return "a test";
    }

    @Override
    public Duration interval() {
      return Duration.ofMillis(5);
    }

    @Override
    public void look(Gaps gaps) throws IOException, InterruptedException {
      looks.incrementAndGet();
      look.run();
    }
  }

  @FunctionalInterface
  private interface Look {
    void run() throws IOException, InterruptedException;
  }

  @Test
  void looksAgainAfterAFailureAndNoneWaitsForAnother() {
    var away =
        new Counted(
            () -> {
              throw new IOException("away");
            });
    var broken =
        new Counted(
            () -> {
              throw new IllegalStateException("broken");
            });
    var hung = new Counted(() -> new CountDownLatch(1).await());
    var poller = new Poller(List.of(hung, away, broken));

    poller.start();
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> away.looks().get() > 3 && broken.looks().get() > 3);
      assertThat(hung.looks()).hasValue(1);
      assertThat(poller.isRunning()).isTrue();
    } finally {
      poller.stop();
    }
    assertThat(poller.isRunning()).isFalse();
  }
}
