package dev.attune.kafka.audit;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.background.Backoff;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.writer.AcknowledgedWriter;
import dev.attune.kafka.writer.NotWrittenException;
import dev.attune.schemas.avro.AuditRecord;
import dev.attune.schemas.avro.ModelStep;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes who did what into the topic {@code audit}, keyed by the actor, and what became of model
 * versions into {@code model-steps}, keyed by the version. What can still be refused is {@linkplain
 * #record recorded} first and done when Kafka has the record; what has happened already is
 * {@linkplain #note noted}. Connects at the first act. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  /** A person or a script waits, and may ask again. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of what is noted: a registry or broker that is busy for a moment costs no record. */
  private static final int TRIES = 4;

  private final String topic;
  private final String stepsTopic;
  private final String service;
  private final InstantSource clock;
  private final AcknowledgedWriter writer;
  private final AtomicLong lost = new AtomicLong();

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
    this.topic = kafka.topics().names().audit();
    this.stepsTopic = kafka.topics().names().modelSteps();
    this.service = service;
    this.clock = clock;
    this.writer = new AcknowledgedWriter(kafka, registry, "attune-" + service + "-audit", patience);
  }

  /**
   * Returns when Kafka has the record; takes 10 s at most.
   *
   * @throws AuditException when it hasn't: then the act must be refused
   */
  public void record(Act act) throws AuditException {
    send(toAvro(act));
  }

  /**
   * The same with what the act does to versions of the model.
   *
   * @throws AuditException when Kafka hasn't all of it: then the act must be refused
   */
  public void record(Act act, List<VersionStep> steps) throws AuditException {
    record(act);
    record(act.actor(), steps);
  }

  /**
   * What became of versions, where it is no act of its own.
   *
   * @throws AuditException when Kafka hasn't all of it
   */
  public void record(Actor actor, List<VersionStep> steps) throws AuditException {
    for (VersionStep step : steps) {
      write(stepsTopic, step.version(), toAvro(actor, step), step.step());
    }
  }

  private void send(AuditRecord record) throws AuditException {
    write(topic, record.getActor(), record, record.getAction());
  }

  private void write(String to, String key, SpecificRecord record, String what)
      throws AuditException {
    try {
      var unused = writer.write(to, key, record);
    } catch (NotWrittenException e) {
      log.warn("{} could not be recorded: {}", what, e.getMessage());
      throw new AuditException("the topic " + e.getMessage(), e);
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

  private ModelStep toAvro(Actor actor, VersionStep step) {
    return ModelStep.newBuilder()
        .setId(UUID.randomUUID().toString())
        .setAt(clock.millis())
        .setService(service)
        .setVersion(step.version())
        .setStep(step.step())
        .setGate(step.gate())
        .setVerdict(step.verdict().word())
        .setFigures(step.figures())
        .setReason(step.reason())
        .setActor(actor.name())
        .setVia(actor.via())
        .build();
  }

  @Override
  public void close() {
    writer.close();
  }
}
