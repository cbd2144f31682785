package dev.attune.responses.decision;

import dev.attune.http.Problem;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/**
 * Finds an older or another replica's decision in the topic: its id names partition and time,
 * Kafka's time index the first record not before it. Other replicas' records lie between, so some
 * are read on. One that was just made may not have arrived yet, so it is waited for. A few look-ups
 * at a time, so that one for an id of no decision, which reads on longest, holds up no other; they
 * are rare, for people.
 */
@Component
class DecisionTopic {
  private static final Duration BUDGET = Duration.ofSeconds(5);

  /**
   * Since the id was made: until then the replica that made it may still be bringing it here. It
   * takes some 50 ms, and longer while Kafka is slow.
   */
  private static final Duration ON_ITS_WAY = Duration.ofSeconds(3);

  /** A consumer each, of some megabytes. */
  private static final int AT_ONCE = 4;

  /** A record may lie behind later ones for as long as a killed service takes to start again. */
  private static final Duration DISORDER = Duration.ofHours(1);

  private final KafkaSettings kafka;
  private final String topic;
  private final AvroDeserializer<Decision> decisions;
  private final DecisionSender sender;
  private final Clock clock;
  private final Counter lookups;
  private final Semaphore places = new Semaphore(AT_ONCE);

  DecisionTopic(
      KafkaSettings kafka,
      Topics topics,
      SchemaRegistryClient registry,
      DecisionSender sender,
      Clock clock,
      MeterRegistry meters) {
    this.kafka = kafka;
    this.topic = topics.decisions();
    this.decisions = new AvroDeserializer<>(registry, Decision.class);
    this.sender = sender;
    this.clock = clock;
    this.lookups =
        Counter.builder("attune.decisions.lookups")
            .description("Look-ups of older decisions in the topic")
            .register(meters);
  }

  Optional<Decision> find(DecisionId id) {
    if (id.partition() >= sender.partitions()) {
      return Optional.empty();
    }
    boolean mine = false;
    try {
      mine = places.tryAcquire(BUDGET.toMillis(), TimeUnit.MILLISECONDS);
      if (!mine) {
        throw Problem.unavailable("Too many look-ups of older decisions at once.");
      }
      return search(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("The service is stopping.");
    } catch (KafkaException e) {
      throw Problem.unavailable("The decision log can't be read now.");
    } finally {
      if (mine) {
        places.release();
      }
    }
  }

  /** Which of these are there, by their ids. */
  Set<String> logged(List<Decision> asked) {
    Set<String> ids = asked.stream().map(Decision::getDecisionId).collect(Collectors.toSet());
    long oldest = asked.stream().mapToLong(Decision::getDecidedAt).min().orElse(Long.MAX_VALUE);
    Set<String> found = new HashSet<>();
    try (TopicReader reader =
        TopicReader.of(kafka, "attune-responses-left", topic, new StartAt.Time(oldest))) {
      reader.readToEnd(
          record ->
              decisions
                  .readable(record)
                  .map(Decision::getDecisionId)
                  .filter(ids::contains)
                  .ifPresent(found::add));
    }
    return found;
  }

  private Optional<Decision> search(DecisionId id) {
    lookups.increment();
    TopicPartition partition = new TopicPartition(topic, id.partition());
    StartAt first = new StartAt.Time(id.timestamp());
    long deadline = System.nanoTime() + BUDGET.toNanos();
    try (TopicReader reader =
        TopicReader.ofPartition(kafka, "attune-responses-lookup", partition, first)) {
      while (!reader.isCaughtUp() || mayBeOnItsWay(id)) {
        if (System.nanoTime() >= deadline) {
          return absent(reader);
        }
        for (ConsumerRecord<String, byte[]> record : reader.poll()) {
          Optional<Decision> found =
              decisions
                  .readable(record)
                  .filter(decision -> decision.getDecisionId().equals(id.toString()));
          if (found.isPresent() || record.timestamp() > id.timestamp() + DISORDER.toMillis()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Made-up ids may be as young: who waits for one gives way to the next who looks. */
  private boolean mayBeOnItsWay(DecisionId id) {
    boolean young = clock.millis() - id.timestamp() < ON_ITS_WAY.toMillis();
    return young && places.availablePermits() > 0;
  }

  /** What was not read to its end may have the decision. */
  private static Optional<Decision> absent(TopicReader reader) {
    if (!reader.isCaughtUp()) {
      throw Problem.unavailable("The decision log could not be read in time.");
    }
    return Optional.empty();
  }
}
