package dev.attune.responses.decision;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.background.BackgroundThread;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Carries decisions to Kafka on a thread of its own, since a producer may block for metadata and
 * the serializer for the registry, and a reply must not. What fails in a way that may pass is tried
 * again until {@link #PATIENCE} is over; only then is a decision lost, and counted.
 */
@Component
class DecisionSender extends BackgroundThread implements DecisionLog.Carrier, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(DecisionSender.class);

  /** Longer than a broker's restart or a leader's election; places run out long before. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** About a hundred decisions. */
  private static final int BATCH_BYTES = 128 * 1024;

  private static final Duration GATHERING = Duration.ofMillis(5);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final KafkaSettings kafka;
  private final Topics topics;
  private final AvroSerializer<Decision> schemas;
  private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
  private final Counter logged;
  private final Counter lost;
  private volatile int partitions;

  DecisionSender(
      KafkaSettings kafka, Topics topics, SchemaRegistryClient registry, MeterRegistry meters) {
    super("decision-log", CLOSING);
    this.kafka = kafka;
    this.topics = topics;
    this.schemas = new AvroSerializer<>(registry);
    this.logged = Counter.builder("attune.decisions.logged").register(meters);
    this.lost = Counter.builder("attune.decisions.lost").register(meters);
  }

  @Override
  public int partitions() {
    return partitions;
  }

  /** Queues a decision. The caller bounds them. */
  @Override
  public void send(DecisionId id, String userId, byte[] record, Runnable done) {
    queue.add(new Pending(id, userId, record, done));
  }

  /** Stops after the web server, whose last replies are still to be logged. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 4096;
  }

  /** Goes on after a stop until what is queued is out, or {@link #CLOSING} is over. */
  @Override
  protected void run() {
    try (KafkaProducer<String, byte[]> producer = producer()) {
      KafkaStart start = KafkaStart.topics(kafka).then(() -> knowsTopic(producer));
      if (!start.await(this::pause)) {
        return;
      }
      while (!isStopping() || !queue.isEmpty()) {
        Pending first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        for (Pending next = first; next != null; next = queue.poll()) {
          carry(producer, next);
        }
        // nobody waits for the log: one wake-up for all that come meanwhile instead of one each
        Thread.sleep(GATHERING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      log.error("Decisions can't be logged until the topics are set right and this restarts", e);
    }
  }

  private boolean knowsTopic(KafkaProducer<String, byte[]> producer) {
    partitions = producer.partitionsFor(topics.decisions()).size();
    return partitions > 0;
  }

  private void carry(KafkaProducer<String, byte[]> producer, Pending next) {
    DecisionId id = next.id();
    try {
      schemas.address(topics.decisions(), Decision.getClassSchema(), next.record());
      var record =
          new ProducerRecord<>(
              topics.decisions(), id.partition(), id.timestamp(), next.userId(), next.record());
      var unused = producer.send(record, (metadata, failure) -> settle(next, failure));
    } catch (RuntimeException e) { // of one decision, which must not end the log of all
      settle(next, e);
      if (e instanceof RecordException) {
        var unused = pause(PAUSE);
      }
    }
  }

  private void settle(Pending pending, @Nullable Exception failure) {
    if (failure == null) {
      logged.increment();
      pending.done().run();
    } else if (mayPass(failure) && pending.isYoung()) {
      if (!isStopping()) {
        queue.add(pending); // else the next start has it from the spool
      }
    } else {
      lost.increment();
      log.error("A decision could not be logged: {}", failure.toString());
      pending.done().run();
    }
  }

  private static boolean mayPass(Exception failure) {
    return failure instanceof RetriableException
        || (failure instanceof RecordException record && record.retriable());
  }

  private KafkaProducer<String, byte[]> producer() {
    Map<String, Object> needed =
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            // nobody waits for the log, and few large batches cost half of what many small ones do
            ProducerConfig.LINGER_MS_CONFIG,
            40,
            ProducerConfig.BATCH_SIZE_CONFIG,
            BATCH_BYTES,
            // lz4 clears 130 KB of buffers for each batch
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "snappy",
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            2_000,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            10_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            (int) PATIENCE.toMillis());
    return new KafkaProducer<>(
        kafka.producer("attune-responses", needed),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  /** Bytes instead of objects: all that waits is copied by each collection of garbage. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pending(DecisionId id, String userId, byte[] record, Runnable done, long since) {
    Pending(DecisionId id, String userId, byte[] record, Runnable done) {
      this(id, userId, record, done, System.nanoTime());
    }

    boolean isYoung() {
      return System.nanoTime() - since < PATIENCE.toNanos();
    }
  }
}
