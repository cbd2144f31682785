package dev.attune.streams;

import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** Kafka's own stand-ins for its clients. */
public final class MockClients implements KafkaClientSupplier {
  public final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return producer;
  }

  @Override
  public MockConsumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new MockConsumer<>("earliest");
  }

  @Override
  public MockConsumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public MockConsumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }
}
