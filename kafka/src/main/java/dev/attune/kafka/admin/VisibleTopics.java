package dev.attune.kafka.admin;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Topics that were made, changed or deleted a moment ago: the controller has that before every
 * broker knows it.
 */
public final class VisibleTopics {
  /** A broker that doesn't know a topic within this time is not ready for traffic either. */
  private static final long DEADLINE_SECONDS = 30;

  private static final Duration PAUSE = Duration.ofMillis(50);

  private VisibleTopics() {}

  /**
   * Waits until the broker that is asked knows them all.
   *
   * @return each by its name
   * @throws UnknownTopicOrPartitionException when it takes too long: one of them may not exist
   * @throws KafkaException when Kafka refuses or is away
   */
  public static Map<String, TopicDescription> await(Admin admin, Collection<String> names) {
    long deadline = deadline();
    while (true) {
      try {
        return KafkaAdmin.await(admin.describeTopics(names).allTopicNames());
      } catch (UnknownTopicOrPartitionException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        pause();
      }
    }
  }

  /**
   * Waits until the broker that is asked tells of a change.
   *
   * @throws TimeoutException when it takes too long
   */
  static void await(BooleanSupplier isKnown) {
    long deadline = deadline();
    while (!isKnown.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            "The broker doesn't know of a change after %d s.".formatted(DEADLINE_SECONDS));
      }
      pause();
    }
  }

  private static long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
