package dev.attune.streams.runtime;

import dev.attune.kafka.KafkaSettings;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka's own properties, made from the settings. */
public final class KafkaConfig {
  private static final int BATCH_BYTES = 64 << 10;

  private KafkaConfig() {}

  public static Properties streams(
      KafkaSettings kafka, StreamsSettings settings, RocksDbMemory memory) {
    Properties config = new Properties();
    config.putAll(kafka.client());
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
    config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, settings.advertised());
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.replicationFactor());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, settings.processingGuarantee());
    config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, settings.groupProtocol());
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitInterval().toMillis());
    config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDbConfig.class);
    config.put(RocksDbMemory.KEY, memory);
    rack(config, settings);
    consumer(config, settings);
    producer(config, settings);
    return config;
  }

  private static void rack(Properties config, StreamsSettings settings) {
    String rack = settings.rack();
    if (rack != null && !rack.isBlank()) {
      config.put(StreamsConfig.clientTagPrefix("rack"), rack);
      config.put(StreamsConfig.RACK_AWARE_ASSIGNMENT_TAGS_CONFIG, "rack");
      config.put(StreamsConfig.consumerPrefix(ConsumerConfig.CLIENT_RACK_CONFIG), rack);
    }
  }

  private static void consumer(Properties config, StreamsSettings settings) {
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        settings.instanceId());
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) settings.sessionTimeout().toMillis());
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        (int) settings.sessionTimeout().toMillis() / 4);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
  }

  private static void producer(Properties config, StreamsSettings settings) {
    if (settings.processingGuarantee().equals(StreamsConfig.EXACTLY_ONCE_V2)) {
      config.put(
          StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
          (int) settings.transactionTimeout().toMillis());
    }
    // four of Kafka's batches in one: each costs a buffer, a wake-up and a call of the compressor
    config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    // a vector is some hundred bytes that repeat; bytes on the wire are the broker's cost
    config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
  }
}
