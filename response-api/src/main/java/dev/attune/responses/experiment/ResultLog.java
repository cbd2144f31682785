package dev.attune.responses.experiment;

import dev.attune.core.experiment.measure.ResultSums;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.registry.AvroDeserializer;
import dev.attune.schemas.registry.SchemaRegistryClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The topic {@code experiment-results}, read from its beginning and followed. It is compacted: one
 * record an experiment and partition, some kilobytes each, all of them in memory.
 */
@Component
class ResultLog implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(ResultLog.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final DecisionSettings kafka;
  private final String topic;
  private final SchemaRegistryClient registry;
  private final Map<Part, ExperimentResult> newest = new ConcurrentHashMap<>();
  private volatile boolean running;
  private @Nullable Thread thread;

  private record Part(String experiment, int partition) {}

  ResultLog(DecisionSettings kafka, Topics topics, SchemaRegistryClient registry) {
    this.kafka = kafka;
    this.topic = topics.experimentResults();
    this.registry = registry;
  }

  /** All partitions' sums of an experiment together. */
  ResultSums sums(String experiment) {
    ResultSums sums = new ResultSums(experiment);
    newest.forEach(
        (part, result) -> {
          if (part.experiment().equals(experiment)) {
            sums.add(result);
          }
        });
    return sums;
  }

  void remember(ExperimentResult result) {
    newest.put(new Part(result.getExperiment(), result.getPartition()), result);
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofVirtual().name("experiment-results").start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    Thread reader = thread;
    if (reader != null) {
      reader.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    while (running) {
      try (KafkaConsumer<String, ExperimentResult> consumer = consumer()) {
        follow(consumer);
      } catch (InterruptException e) {
        return;
      } catch (KafkaException e) {
        LOG.warn("Experiments' results can't be read yet: {}", e.getMessage());
        pause();
      }
    }
  }

  private void follow(KafkaConsumer<String, ExperimentResult> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("there is no topic " + topic);
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    while (running) {
      consumer.poll(POLL).forEach(record -> remember(record.value()));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private KafkaConsumer<String, ExperimentResult> consumer() {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ConsumerConfig.CLIENT_ID_CONFIG,
            "response-api-experiments",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            // half a transaction would count users twice
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    return new KafkaConsumer<>(
        config, new StringDeserializer(), new AvroDeserializer<>(registry, ExperimentResult.class));
  }
}
