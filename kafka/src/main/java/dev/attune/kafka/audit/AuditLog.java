package dev.attune.kafka.audit;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.background.Backoff;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.AuditRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes who did what into the topic {@code audit}, keyed by the actor. What can still be refused
 * is {@linkplain #record recorded} first and done when Kafka has the record; what has happened
 * already is {@linkplain #note noted}. Connects at the first act. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  /** A person or a script waits, and may ask again. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of what is noted: a registry or broker that is busy for a moment costs no record. */
  private static final int TRIES = 4;

  private final KafkaSettings kafka;
  private final SchemaRegistryClient registry;
  private final String service;
  private final InstantSource clock;
  private final int patienceMillis;
  private final AtomicLong lost = new AtomicLong();
  private @Nullable KafkaProducer<String, AuditRecord> producer;

  /**
   * @param service as it calls itself in the records, such as {@code response-api}
   */
  public AuditLog(
      KafkaSettings kafka, SchemaRegistryClient registry, String service, InstantSource clock) {
    this(kafka, registry, service, clock, PATIENCE);
  }

  AuditLog(
      KafkaSettings kafka,
      SchemaRegistryClient registry,
      String service,
      InstantSource clock,
      Duration patience) {
    this.kafka = kafka;
    this.registry = registry;
    this.service = service;
    this.clock = clock;
    this.patienceMillis = (int) patience.toMillis();
  }

  /**
   * Returns when Kafka has the record; takes 10 s at most.
   *
   * @throws AuditException when it hasn't: then the act must be refused
   */
  public void record(Act act) throws AuditException {
    send(toAvro(act));
  }

  private void send(AuditRecord record) throws AuditException {
    try {
      var unused =
          producer()
              .send(new ProducerRecord<>(kafka.topics().names().audit(), record.getActor(), record))
              .get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditException("stopping", e);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      log.warn("{} could not be recorded: {}", record.getAction(), e.toString());
      throw new AuditException("the audit log can't be written", e);
    }
  }

  /**
   * Doesn't wait. What can't be recorded in four tries is logged, without its subject, and counted.
   * A record that is there twice has the same id.
   */
  public void note(Act act) {
    AuditRecord record = toAvro(act);
    Thread.ofVirtual().name("audit").start(() -> tryToSend(record));
  }

  private void tryToSend(AuditRecord record) {
    Backoff backoff = new Backoff();
    for (int tries = 1; ; tries++) {
      try {
        send(record);
        return;
      } catch (AuditException e) {
        if (tries == TRIES) {
          lost.incrementAndGet();
          return;
        }
      }
      try {
        Thread.sleep(backoff.next());
      } catch (InterruptedException e) {
        lost.incrementAndGet();
        return;
      }
    }
  }

  /** Acts that were noted and aren't in the topic, since the start. */
  public long lost() {
    return lost.get();
  }

  private AuditRecord toAvro(Act act) {
    return AuditRecord.newBuilder()
        .setId(UUID.randomUUID().toString())
        .setAt(clock.millis())
        .setService(service)
        .setActor(act.actor().name())
        .setVia(act.actor().via())
        .setAddress(act.actor().address())
        .setAction(act.action())
        .setOutcome(act.outcome().word())
        .setSubject(act.subject())
        .setDetail(act.detail())
        .build();
  }

  private synchronized KafkaProducer<String, AuditRecord> producer() {
    KafkaProducer<String, AuditRecord> known = producer;
    if (known == null) {
      known =
          new KafkaProducer<>(
              kafka.client(
                  "attune-" + service + "-audit",
                  Map.of(
                      ProducerConfig.ACKS_CONFIG,
                      "all",
                      // acts are rare and small
                      ProducerConfig.BUFFER_MEMORY_CONFIG,
                      1L << 20,
                      ProducerConfig.MAX_BLOCK_MS_CONFIG,
                      patienceMillis / 2,
                      ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                      patienceMillis / 2,
                      ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                      patienceMillis)),
              new StringSerializer(),
              new AvroSerializer<>(registry));
      producer = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ofMillis(patienceMillis));
    }
  }
}
