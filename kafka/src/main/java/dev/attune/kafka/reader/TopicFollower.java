package dev.attune.kafka.reader;

import dev.attune.kafka.background.BackgroundThread;
import dev.attune.kafka.background.Backoff;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and follows on a thread of its own, for as long as the service runs. After any failure it
 * begins anew with another reader, so a record may come more than once. After a record that could
 * not be taken, or when Kafka refuses it, it is not caught up until it has read all without a
 * failure. While Kafka is away it stays caught up, since nobody can write then either.
 */
public abstract class TopicFollower extends BackgroundThread {
  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);

  /** What could not be taken once mostly can't be a second later, and all is read anew for it. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final String name;
  private volatile boolean caughtUp;
  private volatile boolean failing;
  private volatile @Nullable TopicReader reading;

  protected TopicFollower(String name) {
    super(name);
    this.name = name;
  }

  protected abstract TopicReader open();

  /** Takes what a poll gave, which may be nothing; on the follower's thread. */
  protected abstract void take(ConsumerRecords<String, byte[]> records);

  /**
   * False until what was there at the start was read once, and again from a failure until all was
   * read.
   */
  public final boolean isCaughtUp() {
    return caughtUp;
  }

  /** Whether a record could not be taken, or Kafka refuses it; it is tried again. */
  public final boolean isFailing() {
    return failing;
  }

  @Override
  protected final void run() {
    Backoff away = new Backoff();
    Backoff failed = new Backoff(LONGEST_PAUSE);
    while (!isStopping()) {
      try (TopicReader reader = open()) {
        reading = reader;
        follow(reader, away, failed);
      } catch (WakeupException e) {
        return;
      } catch (AuthenticationException | AuthorizationException e) {
        // others may write meanwhile
        fails();
        log.error("{} may not be read here: {}", name, e.getMessage());
        var unused = pause(away.next());
      } catch (KafkaException e) {
        log.warn("{} can't read yet: {}", name, e.getMessage());
        var unused = pause(away.next());
      } catch (RuntimeException e) {
        fails();
        log.error("{} can't take a record and reads it again: {}", name, where(e));
        var unused = pause(failed.next());
      }
    }
  }

  private void follow(TopicReader reader, Backoff away, Backoff failed) {
    boolean read = false;
    while (!isStopping()) {
      take(reader.poll());
      if (!read && reader.isCaughtUp()) {
        read = true;
        caughtUp = true;
        failing = false;
        failed.restart();
      }
      away.restart();
    }
  }

  private void fails() {
    caughtUp = false;
    failing = true;
  }

  /** Not the message, which may quote the record. */
  private static String where(RuntimeException e) {
    StackTraceElement[] trace = e.getStackTrace();
    return e.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
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
