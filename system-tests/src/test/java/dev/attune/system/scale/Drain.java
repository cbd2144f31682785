package dev.attune.system.scale;

import static org.awaitility.Awaitility.await;

import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.system.scale.WatchedPods.Look;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * feature-streams that work off a backlog.
 *
 * @param quota processors of an instance
 */
public record Drain(String gatewayUrl, KafkaAdmin kafka, WatchedPods pods, double quota) {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** The part of its quota that an instance uses which has more to do than it can. */
  private static final double BUSY = 0.85;

  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * Measures from the moment when some events are applied until more are. All that time events wait
   * for each instance.
   */
  public Throughput part(String name, Crowd crowd, int events, int from, int to)
      throws InterruptedException {
    Applied applied = Applied.sinceNow(kafka);
    Backlog.send(gatewayUrl, name, crowd, events);
    until(from + " events are applied", () -> applied.count() >= from);
    Look before = pods.look();
    until(to + " events are applied", () -> applied.count() >= to);
    Look after = pods.look();
    until("all events are applied", applied::all);
    Throughput measured = Throughput.between(name, quota, before, after);
    if (measured.leastUsed() < BUSY) {
      throw new IllegalStateException("an instance had nothing to do for a while: " + measured);
    }
    return measured;
  }

  /** Measures from the first event sent to the last one applied. */
  public Throughput all(String name, Crowd crowd, int events) throws InterruptedException {
    Applied applied = Applied.sinceNow(kafka);
    Look before = pods.look();
    Backlog.send(gatewayUrl, name, crowd, events);
    until("all events are applied", applied::all);
    return Throughput.between(name, quota, before, pods.look());
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).atMost(PATIENCE).pollInterval(POLL).until(condition);
  }
}
