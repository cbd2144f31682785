package dev.attune.gateway.kafka;

import dev.attune.gateway.kafka.PublishResult.Acknowledged;
import dev.attune.gateway.kafka.PublishResult.Reason;
import dev.attune.gateway.kafka.PublishResult.Unacknowledged;
import dev.attune.schemas.Position;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.errors.TimeoutException;

/** Gathers the broker's answers to one batch: the first failure or the last one decides. */
final class Acknowledgements {
  private final int epoch;
  private final String[] tokens;
  private final AtomicInteger open;
  private final CompletableFuture<PublishResult> published = new CompletableFuture<>();
  private final long since = System.nanoTime();

  /**
   * @param epoch of the topic, which tokens carry
   */
  Acknowledgements(int epoch, int events) {
    this.epoch = epoch;
    this.tokens = new String[events];
    this.open = new AtomicInteger(events);
  }

  CompletableFuture<PublishResult> published() {
    return published;
  }

  /** When it began, by {@link System#nanoTime}. */
  long since() {
    return since;
  }

  Callback of(int index) {
    return (metadata, exception) -> {
      if (exception != null) {
        fail(exception instanceof TimeoutException ? Reason.NO_ROOM : Reason.FAILED);
        return;
      }
      if (!metadata.hasOffset()) {
        // the broker has the batch from an earlier attempt and forgot where: no token can be made
        fail(Reason.NO_OFFSET);
        return;
      }
      tokens[index] = new Position(epoch, metadata.partition(), metadata.offset()).token();
      if (open.decrementAndGet() == 0) {
        published.complete(new Acknowledged(Arrays.asList(tokens)));
      }
    };
  }

  void fail(Reason reason) {
    published.complete(new Unacknowledged(reason));
  }

  boolean areOver() {
    return published.isDone();
  }
}
