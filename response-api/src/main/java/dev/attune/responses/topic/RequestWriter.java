package dev.attune.responses.topic;

import dev.attune.http.Problem;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.writer.AcknowledgedWriter;
import dev.attune.kafka.writer.NotWrittenException;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Writes what people ask for now and then, and returns when all of Kafka's replicas have it. */
@Component
public class RequestWriter implements DisposableBean {
  /** A person or a script waits, and may ask again. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AcknowledgedWriter writer;

  RequestWriter(KafkaSettings kafka, SchemaRegistryClient registry) {
    this.writer = new AcknowledgedWriter(kafka, registry, "attune-responses-writer", PATIENCE);
  }

  /**
   * @param value null: a tombstone
   * @param what is written, for the refusal: "The erasure"
   * @throws Problem {@code unavailable} after ten seconds; it may have been written all the same
   */
  public RecordMetadata write(
      String topic, String key, @Nullable SpecificRecord value, String what) {
    try {
      return writer.write(topic, key, value);
    } catch (NotWrittenException e) {
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

  @Override
  public void destroy() {
    writer.close();
  }
}
