package dev.attune.bench.freshness;

import dev.attune.bench.BenchmarkException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer and a consumer that have nothing else to do, with the gateway's settings: idempotent,
 * {@code acks=all}, no linger, lz4; the consumer reads what is committed, as streams does, but
 * nobody uses transactions.
 */
final class BareKafka implements AutoCloseable {
  private static final String TOPIC = "bench-bare";

  /** As many as the pipeline's topics have. */
  private static final int PARTITIONS = 4;

  /** Bytes of an event in the wire format, about. */
  private static final int RECORD = 200;

  private static final long LONGEST_MICROS = TimeUnit.SECONDS.toMicros(60);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long NAP_NANOS = 100_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Histogram micros = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final AtomicLong received = new AtomicLong();
  private final Thread consuming;
  private volatile long countedFrom = System.nanoTime();
  private volatile boolean closed;

  private BareKafka(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(TOPIC, p)).toList());
    consuming = Thread.ofPlatform().daemon().name("bare-consumer").start(this::consume);
  }

  static BareKafka start(String bootstrapServers) throws Exception {
    try (Admin admin =
        Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
    }
    return new BareKafka(bootstrapServers);
  }

  private void consume() {
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(100))) {
        long since = ByteBuffer.wrap(message.value()).getLong();
        if (since - countedFrom >= 0) {
          micros.recordValue(Math.clamp((System.nanoTime() - since) / 1_000, 1, LONGEST_MICROS));
        }
        received.incrementAndGet();
      }
    }
    consumer.close();
  }

  /** Records at a rate, evenly spread, each after the run-up counted from when it was due. */
  Histogram measure(Duration phase, int perSecond) {
    long before = received.get();
    long start = System.nanoTime();
    long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long count = FreshnessBenchmark.RUN_UP.plus(phase).toNanos() / interval;
    countedFrom = start + FreshnessBenchmark.RUN_UP.toNanos();
    for (long n = 0; n < count; n++) {
      long due = start + n * interval;
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      byte[] key = MessageRequests.user(n).getBytes(StandardCharsets.US_ASCII);
      byte[] value = ByteBuffer.allocate(RECORD).putLong(due).array();
      var unused = producer.send(new ProducerRecord<>(TOPIC, key, value));
    }
    await(before + count);
    Histogram taken = micros.copy();
    micros.reset();
    return taken;
  }

  private void await(long count) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (received.get() < count) {
      if (System.nanoTime() > end) {
        throw new BenchmarkException("The bare consumer did not get every record.");
      }
      LockSupport.parkNanos(NAP_NANOS);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      consuming.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }
}
