package dev.attune.inference.scoring;

import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.tracing.TraceSpan;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What a task passes before the {@link Scorer}: a message that is new here is encoded by a thread
 * of its own, for some milliseconds. Everything else goes on at once, so that a click never waits
 * for somebody's message. The scorer finds the numbers in the encoder's memory.
 *
 * <p>The queue is bounded by what the callers may have unanswered. Threads begin with the first
 * message.
 */
@Component
public final class MessageEncoding implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MessageEncoding.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final ThreadPoolExecutor threads;
  private final Supplier<ModelSlots> models;
  private final Scorer scorer;
  private final Timer timer;

  public MessageEncoding(
      EncoderSettings settings,
      Supplier<ModelSlots> models,
      Scorer scorer,
      MeterRegistry registry) {
    this.models = models;
    this.scorer = scorer;
    this.threads =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("encoding-", 0).daemon().factory(),
            // what comes while it closes
            (late, _) -> late.run());
    this.timer =
        Timer.builder("attune.encoder.seconds")
            .description("Time that encoding a message took")
            .register(registry);
    Gauge.builder("attune.encoder.queue", threads, pool -> pool.getQueue().size())
        .description("Messages that wait for being encoded")
        .register(registry);
  }

  /** Returns at once; the answer comes on a thread that it must not block. */
  public void submit(ScoreTask task, TraceSpan span, Consumer<ScoringAnswer> caller) {
    if (task instanceof ScoreTask.Score score && readers(score).findAny().isPresent()) {
      threads.execute(
          () -> {
            encode(score);
            scorer.submit(score, span, caller);
          });
    } else {
      scorer.submit(task, span, caller);
    }
  }

  /** The models that will read the task's message and don't know it; one reads for all. */
  private Stream<ServedModel> readers(ScoreTask.Score task) {
    return task.row().message() == null
        ? Stream.empty()
        : models.get().loaded().stream().filter(model -> model.hasNewMessage(task.row()));
  }

  private void encode(ScoreTask.Score task) {
    try {
      readers(task).forEach(model -> timer.record(() -> model.readMessage(task.row())));
    } catch (RuntimeException e) {
      // the scorer meets the same, and knows what to answer
      log.debug("A message could not be encoded: {}", e.toString());
    }
  }

  /** Finishes what waits, then stops. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      var unused = threads.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
