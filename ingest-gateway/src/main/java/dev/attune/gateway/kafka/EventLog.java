package dev.attune.gateway.kafka;

import com.netflix.concurrency.limits.Limiter;
import dev.attune.gateway.kafka.PublishResult.Acknowledged;
import dev.attune.gateway.kafka.PublishResult.Reason;
import dev.attune.gateway.kafka.PublishResult.Unacknowledged;
import dev.attune.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.springframework.stereotype.Component;

/**
 * The topic of events. A batch counts as stored only when the broker has acknowledged every event
 * of it, within the one deadline of its request. No thread waits for that, and none is blocked: the
 * limiter turns callers away before the producer's buffer is full, and a full buffer fails a send
 * at once.
 */
@Component
public final class EventLog implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final Limiter<Void> limiter;
  private final String topic;
  private final int epoch;
  private final DeadlineQueue deadline;
  private final Timer brokerTime;
  private volatile boolean open;

  EventLog(
      Producer<byte[], byte[]> producer,
      Limiter<Void> limiter,
      Topics topics,
      ProducerSettings settings,
      MeterRegistry meters) {
    this.producer = producer;
    this.limiter = limiter;
    this.topic = topics.interactionEvents();
    this.epoch = settings.epoch();
    this.deadline = new DeadlineQueue(settings.deadline());
    this.brokerTime =
        Timer.builder("attune.ingest.broker")
            .description("From handing a batch to the producer to its last acknowledgement")
            .publishPercentileHistogram()
            .register(meters);
  }

  /** From now on events are taken: topic and schemas are there. */
  void open() {
    open = true;
  }

  /** Whether events are taken; without schemas they could not even be encoded. */
  public boolean isOpen() {
    return open;
  }

  /** What becomes of a batch, told on the producer's thread. */
  public CompletableFuture<PublishResult> publish(List<EncodedEvent> events, List<Header> headers) {
    Optional<Limiter.Listener> place = limiter.acquire(null);
    if (place.isEmpty()) {
      return CompletableFuture.completedFuture(new Unacknowledged(Reason.OVERLOADED));
    }
    long start = System.nanoTime();
    Acknowledgements waiting = new Acknowledgements(epoch, events.size());
    send(events, headers, waiting);
    deadline.watch(waiting);
    return waiting
        .published()
        .thenApply(
            published -> {
              if (published instanceof Acknowledged) {
                place.get().onSuccess();
              } else {
                place.get().onDropped();
              }
              brokerTime.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
              return published;
            });
  }

  private void send(List<EncodedEvent> events, List<Header> headers, Acknowledgements waiting) {
    try {
      for (int i = 0; i < events.size() && !waiting.areOver(); i++) {
        var unused = producer.send(producerRecord(events.get(i), headers), waiting.of(i));
      }
    } catch (KafkaException e) {
      waiting.fail(Reason.FAILED);
    }
  }

  @Override
  public void close() {
    deadline.close();
  }

  /** No partition given: the default partitioner takes murmur2 of the key. */
  private ProducerRecord<byte[], byte[]> producerRecord(EncodedEvent event, List<Header> headers) {
    byte[] key = event.userId().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, null, event.receivedAt(), key, event.value(), headers);
  }
}
