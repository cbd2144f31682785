package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TickTimerTest {
  private static final long TICK = TickTimer.TICK.toNanos();

  @Test
  void waitsForTheFirstTickThatIsNotTooEarly() {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      // a JVM's clock may begin below zero
      long now = random.nextLong(-1L << 60, 1L << 60);
      Duration delay = Duration.ofNanos(random.nextLong(0, 1L << 40));

      long wait = TickTimer.untilTick(now, delay);

      assertThat(wait).isBetween(delay.toNanos(), delay.toNanos() + TICK - 1);
      assertThat(Math.floorMod(now + wait, TICK)).isZero();
    }
  }

  @Test
  void runsTasksOnADaemonAndNoneAfterItsEnd() throws Exception {
    var timer = new TickTimer();
    var ran = new CompletableFuture<Thread>();
    var never = new CompletableFuture<Thread>();

    timer.after(Duration.ofMillis(1), () -> ran.complete(Thread.currentThread()));
    Thread thread = ran.get(10, TimeUnit.SECONDS);
    timer.after(Duration.ofMillis(50), () -> never.complete(Thread.currentThread()));
    timer.close();

    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertThat(never).isNotDone();
  }
}
