package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.jspecify.annotations.Nullable;

/**
 * Passes the barrier before the producer commits a transaction, and holds back what only the newest
 * matters of until then. What is held goes out where Kafka Streams expects a commit to fail, or,
 * without transactions, with the flush before it.
 */
final class BarrierProducer implements Producer<byte[], byte[]> {

  private final CommitBarrier barrier;
  private final Producer<byte[], byte[]> delegate;
  private final Set<String> newestOnly;
  private final HeldRecords held = new HeldRecords();
  private boolean transactional;

  /** Offsets were added to the transaction under way, so its commit has already waited. */
  private boolean passed;

  /**
   * @param newestOnly topics of which a commit needs only the newest record of each key
   */
  BarrierProducer(
      CommitBarrier barrier, Producer<byte[], byte[]> delegate, Set<String> newestOnly) {
    this.barrier = barrier;
    this.delegate = delegate;
    this.newestOnly = newestOnly;
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    barrier.pass();
    passed = true;
    held.sendTo(delegate);
    delegate.sendOffsetsToTransaction(offsets, group);
  }

  @Override
  public void commitTransaction() {
    if (!passed) {
      barrier.pass();
    }
    passed = false;
    held.sendTo(delegate);
    delegate.commitTransaction();
  }

  @Override
  public void abortTransaction() {
    passed = false;
    held.clear();
    delegate.abortTransaction();
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    barrier.here().sendsWith(this);
    return newestOnly.contains(record.topic())
        ? held.hold(record, callback, delegate)
        : delegate.send(record, callback);
  }

  @Override
  public void initTransactions() {
    transactional = true;
    delegate.initTransactions();
  }

  @Override
  public void beginTransaction() {
    delegate.beginTransaction();
  }

  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    delegate.registerMetricForSubscription(metric);
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    delegate.unregisterMetricFromSubscription(metric);
  }

  @Override
  public void flush() {
    if (!transactional) {
      held.sendTo(delegate);
    }
    delegate.flush();
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    return delegate.partitionsFor(topic);
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    return delegate.metrics();
  }

  @Override
  public Uuid clientInstanceId(Duration timeout) {
    return delegate.clientInstanceId(timeout);
  }

  @Override
  public void close() {
    delegate.close();
  }

  @Override
  public void close(Duration timeout) {
    delegate.close(timeout);
  }
}
