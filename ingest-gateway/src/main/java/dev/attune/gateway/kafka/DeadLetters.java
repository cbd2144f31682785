package dev.attune.gateway.kafka;

import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.springframework.stereotype.Component;

/**
 * The topic of what was refused, one record an event. Nobody waits for it: refused events are
 * refused with or without their letter, but a letter that could not be written is counted.
 */
@Component
public final class DeadLetters {
  /** Below what a broker takes as one record; an event of the contract is far shorter. */
  private static final int MOST_BYTES = 512 * 1024;

  private final Producer<byte[], byte[]> producer;
  private final AvroSerializer<DeadLetter> serializer;
  private final String topic;
  private final Counter written;
  private final Counter lost;
  private final Counter withheld;

  DeadLetters(
      Producer<byte[], byte[]> producer,
      SchemaRegistryClient registry,
      Topics topics,
      MeterRegistry meters) {
    this.producer = producer;
    this.serializer = new AvroSerializer<>(registry);
    this.topic = topics.deadLetters();
    this.written = meters.counter("attune.ingest.dead.letters", "result", "written");
    this.lost = meters.counter("attune.ingest.dead.letters", "result", "lost");
    this.withheld = meters.counter("attune.ingest.dead.letters", "result", "withheld");
  }

  /**
   * @param coordinates where the event came from: the record's key
   */
  public void write(String coordinates, DeadLetter letter) {
    try {
      byte[] key = coordinates.getBytes(StandardCharsets.UTF_8);
      byte[] value = serializer.serialize(topic, bounded(letter));
      var unused =
          producer.send(
              new ProducerRecord<>(topic, null, letter.getReceivedAt(), key, value),
              (metadata, exception) -> (exception == null ? written : lost).increment());
    } catch (KafkaException e) {
      lost.increment();
    }
  }

  /** Counts a refused event that must not be kept. */
  public void withhold() {
    withheld.increment();
  }

  private static DeadLetter bounded(DeadLetter letter) {
    ByteBuffer original = letter.getOriginal();
    if (original.remaining() > MOST_BYTES) {
      letter.setOriginal(ByteBuffer.wrap(Arrays.copyOf(original.array(), MOST_BYTES)));
      letter.setDetail(letter.getDetail() + "; kept are the first " + MOST_BYTES + " bytes");
    }
    return letter;
  }
}
