package dev.attune.streams.runtime;

import dev.attune.core.user.NewerRowException;
import dev.attune.kafka.start.KafkaStart;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts Kafka Streams once its topics and schemas exist, and closes it in order. Runs beside the
 * management endpoints, so that a broker or registry that isn't there yet shows as "not ready"
 * instead of a crash.
 */
public final class StreamsRunner implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(StreamsRunner.class);

  /** The barrier's limit and a little: what is in flight should be waited for. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(25);

  private final KafkaStart start;
  private final Supplier<KafkaStreams> newStreams;
  private @Nullable Thread starter;
  private volatile @Nullable KafkaStreams streams;
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable NewerRowException newerRow;

  /**
   * @param start what comes before
   */
  public StreamsRunner(KafkaStart start, Supplier<KafkaStreams> newStreams) {
    this.start = start;
    this.newStreams = newStreams;
  }

  /** Kafka Streams' state; null while topics and schemas are set up. */
  public KafkaStreams.@Nullable State state() {
    KafkaStreams current = streams;
    return current == null ? null : current.state();
  }

  /** True when only a restart can help. */
  public boolean isBroken() {
    KafkaStreams.State state = state();
    return failure != null
        || newerRow == null
            && (state == KafkaStreams.State.ERROR || state == KafkaStreams.State.PENDING_ERROR);
  }

  /** Why it has left its partitions to instances of a newer version; null while it has not. */
  public @Nullable NewerRowException newerRow() {
    return newerRow;
  }

  /** For reading state; null while there is none to be read. */
  public @Nullable KafkaStreams running() {
    KafkaStreams current = streams;
    return current != null && current.state().isRunningOrRebalancing() ? current : null;
  }

  @Nullable KafkaStreams streams() {
    return streams;
  }

  @Override
  public void start() {
    starter = Thread.ofVirtual().name("streams-starter").start(this::setUpAndStart);
  }

  private void setUpAndStart() {
    try {
      start.await();
      KafkaStreams created = newStreams.get();
      created.setUncaughtExceptionHandler(this::threadFailed);
      streams = created;
      created.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped before it began
    } catch (RuntimeException e) {
      failure = e;
      log.error("feature-streams can't start", e);
    }
  }

  /** Another thread does it, but for a row that no thread of this version can read. */
  private StreamThreadExceptionResponse threadFailed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NewerRowException newer) {
        newerRow = newer;
        log.error(
            "{}; it stops reading, and leaves its partitions to the newer one", newer.getMessage());
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
      }
    }
    log.error("a stream thread failed and is replaced", failure);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  @Override
  public void stop() {
    Thread starting = starter;
    if (starting != null) {
      starting.interrupt();
      starter = null;
    }
    KafkaStreams current = streams;
    if (current != null && !current.close(CLOSE_LIMIT)) {
      log.warn("Kafka Streams did not close within {}", CLOSE_LIMIT);
    }
  }

  @Override
  public boolean isRunning() {
    return starter != null;
  }
}
