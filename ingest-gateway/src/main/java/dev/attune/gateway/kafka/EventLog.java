package dev.attune.gateway.kafka;

import com.netflix.concurrency.limits.Limiter;
import dev.attune.gateway.kafka.Published.Acknowledged;
import dev.attune.gateway.kafka.Published.Reason;
import dev.attune.gateway.kafka.Published.Unacknowledged;
import dev.attune.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.springframework.stereotype.Component;

/**
 * The topic of events. A batch counts as stored only when the broker has acknowledged every event
 * of it; the caller waits for that, on its virtual thread, until the one deadline of the request.
 * Nothing waits unbounded: the limiter turns callers away before the producer's buffer is full, and
 * a full buffer fails a send after {@code max-block}.
 */
@Component
public final class EventLog {
  private final Producer<byte[], byte[]> producer;
  private final Limiter<Void> limiter;
  private final String topic;
  private final long deadlineNanos;
  private final Timer brokerTime;
  private volatile boolean open;

  EventLog(
      Producer<byte[], byte[]> producer,
      Limiter<Void> limiter,
      Topics topics,
      KafkaSettings settings,
      MeterRegistry meters) {
    this.producer = producer;
    this.limiter = limiter;
    this.topic = topics.interactionEvents();
    this.deadlineNanos = settings.deadline().toNanos();
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

  public Published publish(List<Outgoing> events, List<Header> headers) {
    Optional<Limiter.Listener> place = limiter.acquire(null);
    if (place.isEmpty()) {
      return new Unacknowledged(Reason.OVERLOADED);
    }
    Published published = new Unacknowledged(Reason.FAILED);
    try {
      published = send(events, headers);
      return published;
    } finally {
      if (published instanceof Acknowledged) {
        place.get().onSuccess();
      } else {
        place.get().onDropped();
      }
    }
  }

  private Published send(List<Outgoing> events, List<Header> headers) {
    long start = System.nanoTime();
    Acknowledgements waiting = new Acknowledgements(events.size());
    try {
      for (int i = 0; i < events.size(); i++) {
        var unused = producer.send(producerRecord(events.get(i), headers), waiting.of(i));
        if (waiting.hasFailed()) {
          break;
        }
      }
    } catch (KafkaException e) {
      return new Unacknowledged(Reason.FAILED);
    }
    Published published = waiting.await(start + deadlineNanos);
    brokerTime.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return published;
  }

  /** No partition given: the default partitioner takes murmur2 of the key. */
  private ProducerRecord<byte[], byte[]> producerRecord(Outgoing event, List<Header> headers) {
    byte[] key = event.userId().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, null, event.receivedAt(), key, event.value(), headers);
  }
}
