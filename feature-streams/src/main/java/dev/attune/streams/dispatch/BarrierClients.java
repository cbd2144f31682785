package dev.attune.streams.dispatch;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** Wraps the clients that commit. */
final class BarrierClients implements KafkaClientSupplier {

  private final CommitBarrier barrier;
  private final KafkaClientSupplier delegate;

  BarrierClients(CommitBarrier barrier, KafkaClientSupplier delegate) {
    this.barrier = barrier;
    this.delegate = delegate;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return delegate.getAdmin(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new BarrierProducer<>(barrier, delegate.getProducer(config));
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return BarrierConsumer.wrap(barrier, delegate.getConsumer(config));
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return delegate.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return delegate.getGlobalConsumer(config);
  }
}
