package dev.attune.kafka.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackgroundThreadTest {
  /** Each waits for the other one's end to begin: one after the other they would wait in vain. */
  @Test
  void severalEndAtOnce() throws InterruptedException {
    var ending = new CountDownLatch(2);
    var stopped = new CountDownLatch(2);
    List<Worker> workers = List.of(new Worker(ending), new Worker(ending));
    workers.forEach(BackgroundThread::start);

    workers.forEach(worker -> worker.stop(stopped::countDown));

    assertThat(stopped.await(4, TimeUnit.SECONDS)).isTrue();
    assertThat(workers).allMatch(worker -> worker.endedInTime);
  }

  private static final class Worker extends BackgroundThread {
    private final CountDownLatch ending;
    private volatile boolean endedInTime;

    private Worker(CountDownLatch ending) {
      super("worker");
      this.ending = ending;
    }

    @Override
    protected void run() {
      while (!isStopping()) {
        Thread.onSpinWait();
      }
      ending.countDown();
      try {
        endedInTime = ending.await(4, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
