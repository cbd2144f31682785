package dev.attune.responses.topic;

import dev.attune.http.Problem;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import java.util.Map;
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

/** Writes what people ask for now and then, and returns when all of Kafka's replicas have it. */
@Component
public class AcknowledgedWriter implements DisposableBean {
  /** A person or a script waits, and may ask again. */
  private static final int PATIENCE_MS = 10_000;

  private final KafkaSettings kafka;
  private final SchemaRegistryClient registry;
  private @Nullable KafkaProducer<String, SpecificRecord> producer;

  AcknowledgedWriter(KafkaSettings kafka, SchemaRegistryClient registry) {
    this.kafka = kafka;
    this.registry = registry;
  }

  /**
   * @param what is written, for the refusal: "The erasure"
   * @throws Problem {@code unavailable} after ten seconds; it may have been written all the same
   */
  public RecordMetadata write(String topic, String key, SpecificRecord value, String what) {
    try {
      return producer()
          .send(new ProducerRecord<>(topic, key, value))
          .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("The service is stopping.");
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw notRecorded(what);
    }
  }

  /** The refusal when Kafka does not tell that it has the record. */
  public static Problem notRecorded(String what) {
    return Problem.unavailable(what + " could not be recorded now; ask again.");
  }

  /** The refusal when Kafka has the record and this replica hasn't read it back. */
  public static Problem notFollowed(String what) {
    return Problem.unavailable(what + " is recorded, but not in force here yet; look again.");
  }

  /** Made at the first record: most replicas never write one. */
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
              kafka.client("attune-responses-writer", needed),
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
