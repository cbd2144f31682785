package dev.attune.responses.erasure;

import dev.attune.core.user.UserHasher;
import dev.attune.http.Problem;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.UserErased;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Puts an erasure among the user's own events, so that it takes its place in their order, and its
 * receipt into {@code erasures}. Answers only when Kafka has both.
 */
@Component
class ErasureRequests implements DisposableBean {
  /** A person or a script waits; it may simply ask again, an erasure twice is one. */
  private static final int PATIENCE_MS = 10_000;

  private final KafkaSettings kafka;
  private final Topics topics;
  private final int epoch;
  private final SchemaRegistryClient registry;
  private final ErasureLog log;
  private final ErasureSettings settings;
  private final Clock clock;
  private @Nullable KafkaProducer<String, SpecificRecord> producer;

  ErasureRequests(
      KafkaSettings kafka,
      Topics topics,
      ReplySettings replies,
      SchemaRegistryClient registry,
      ErasureLog log,
      ErasureSettings settings,
      Clock clock) {
    this.kafka = kafka;
    this.topics = topics;
    this.epoch = replies.epoch();
    this.registry = registry;
    this.log = log;
    this.settings = settings;
    this.clock = clock;
  }

  Receipt erase(String userId) {
    long now = clock.millis();
    String id = UUID.randomUUID().toString();
    InteractionEvent event =
        InteractionEvent.newBuilder()
            .setEventId(id)
            .setType("user_erased")
            .setUserId(userId)
            .setOccurredAt(now)
            .setReceivedAt(now)
            .setUserErased(new UserErased(id))
            .build();
    RecordMetadata sent = send(topics.interactionEvents(), userId, event);
    if (!sent.hasOffset()) {
      throw notRecorded();
    }
    Position position = new Position(epoch, sent.partition(), sent.offset());
    UserHasher hasher = settings.hasher();
    Receipt receipt =
        new Receipt(id, hasher.hash(userId), hasher.keyId(), position, now, null, null, null);
    publish(receipt);
    return receipt;
  }

  /** Tells every replica. */
  void publish(Receipt receipt) {
    var unused = send(topics.erasures(), receipt.userHash(), receipt.toAvro());
    var known = log.remember(receipt);
  }

  private RecordMetadata send(String topic, String key, SpecificRecord value) {
    try {
      return producer()
          .send(new ProducerRecord<>(topic, key, value))
          .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("The service is stopping.");
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw notRecorded();
    }
  }

  private static Problem notRecorded() {
    return Problem.unavailable("The erasure could not be recorded now; ask again.");
  }

  /** Made at the first erasure: most replicas never see one. */
  private synchronized KafkaProducer<String, SpecificRecord> producer() {
    KafkaProducer<String, SpecificRecord> known = producer;
    if (known == null) {
      Map<String, Object> needed =
          Map.of(
              ProducerConfig.ACKS_CONFIG,
              "all",
              ProducerConfig.MAX_BLOCK_MS_CONFIG,
              PATIENCE_MS,
              ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
              PATIENCE_MS / 2,
              ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
              PATIENCE_MS);
      known =
          new KafkaProducer<>(
              kafka.client("attune-responses-erasures", needed),
              new StringSerializer(),
              new AvroSerializer<>(registry));
      producer = known;
    }
    return known;
  }

  @Override
  public synchronized void destroy() {
    if (producer != null) {
      producer.close();
    }
  }
}
