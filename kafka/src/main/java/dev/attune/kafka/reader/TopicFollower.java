package dev.attune.kafka.reader;

import dev.attune.kafka.background.BackgroundThread;
import dev.attune.kafka.background.Backoff;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and follows on a thread of its own, for as long as the service runs. After a failure of
 * Kafka or the registry it begins anew with another reader, so a record may come more than once.
 */
public abstract class TopicFollower extends BackgroundThread {
  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);

  private final String name;
  private volatile boolean caughtUp;
  private volatile @Nullable TopicReader reading;

  protected TopicFollower(String name) {
    super(name);
    this.name = name;
  }

  protected abstract TopicReader open();

  /** Takes what a poll gave, which may be nothing; on the follower's thread. */
  protected abstract void take(ConsumerRecords<String, byte[]> records);

  /** False until what was there at the start was read once. */
  public final boolean isCaughtUp() {
    return caughtUp;
  }

  @Override
  protected final void run() {
    Backoff backoff = new Backoff();
    while (!isStopping()) {
      try (TopicReader reader = open()) {
        reading = reader;
        while (!isStopping()) {
          take(reader.poll());
          caughtUp = caughtUp || reader.isCaughtUp();
          backoff.restart();
        }
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) {
        log.warn("{} can't read yet: {}", name, e.getMessage());
        var unused = pause(backoff.next());
      }
    }
  }

  @Override
  public final void stop() {
    TopicReader reader = reading;
    if (reader != null) {
      reader.wakeUp();
    }
    super.stop();
  }
}
