package dev.attune.responses.decision;

import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Carries decisions to Kafka on a thread of its own, since a producer may block for metadata and
 * the serializer for the registry, and a reply must not. What fails in a way that may pass is tried
 * again until {@link #PATIENCE} is over; only then is a decision lost, and counted.
 */
@Component
class DecisionSender implements DecisionLog.Carrier, SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(DecisionSender.class);

  /** Longer than a broker's restart or a leader's election; places run out long before. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final TopicDescription NONE = new TopicDescription("", false, List.of());

  /** About a hundred decisions. */
  private static final int BATCH_BYTES = 128 * 1024;

  private static final Duration GATHERING = Duration.ofMillis(5);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final DecisionSettings settings;
  private final Topics topics;
  private final AvroSerializer<Decision> schemas;
  private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
  private final Counter logged;
  private final Counter lost;
  private volatile int partitions;
  private volatile boolean running;
  private @Nullable Thread thread;

  DecisionSender(
      DecisionSettings settings,
      Topics topics,
      SchemaRegistryClient registry,
      MeterRegistry meters) {
    this.settings = settings;
    this.topics = topics;
    this.schemas = new AvroSerializer<>(registry);
    this.logged = Counter.builder("attune.decisions.logged").register(meters);
    this.lost = Counter.builder("attune.decisions.lost").register(meters);
  }

  @Override
  public int partitions() {
    return partitions;
  }

  /** Queues a decision. The caller bounds them. */
  @Override
  public void send(DecisionId id, String userId, byte[] record, Runnable done) {
    queue.add(new Pending(id, userId, record, done));
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name("decision-log").daemon().start(this::run);
  }

  /** Lets what is queued go out, for as long as a stopping service may take. */
  @Override
  public void stop() {
    running = false;
    Thread carrier = thread;
    if (carrier != null) {
      try {
        carrier.join(CLOSING);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Stops after the web server, whose last replies are still to be logged. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 4096;
  }

  private void run() {
    awaitTopic();
    try (KafkaProducer<String, byte[]> producer = producer()) {
      while (running || !queue.isEmpty()) {
        Pending first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        for (Pending next = first; next != null; next = queue.poll()) {
          carry(producer, next);
        }
        // nobody waits for the log: one wake-up for all that come meanwhile instead of one each
        Thread.sleep(GATHERING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitTopic() {
    while (running && partitions == 0) {
      try (Admin admin = Admin.create(common())) {
        if (settings.createTopics()) {
          TopicSetup.ensure(admin, topics, settings.partitions(), settings.replicationFactor());
        }
        String topic = topics.decisions();
        var found = admin.describeTopics(List.of(topic)).allTopicNames();
        partitions = found.get(10, TimeUnit.SECONDS).getOrDefault(topic, NONE).partitions().size();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (KafkaException | IllegalStateException | ExecutionException | TimeoutException e) {
        LOG.warn("The topic for decisions can't be reached yet: {}", e.getMessage());
        pause();
      }
    }
  }

  private void carry(KafkaProducer<String, byte[]> producer, Pending next) {
    DecisionId id = next.id();
    try {
      schemas.address(topics.decisions(), Decision.getClassSchema(), next.record());
      var record =
          new ProducerRecord<>(
              topics.decisions(), id.partition(), id.timestamp(), next.userId(), next.record());
      var unused = producer.send(record, (metadata, failure) -> settle(next, failure));
    } catch (KafkaException e) {
      settle(next, e);
      if (e instanceof RecordException) {
        pause();
      }
    }
  }

  private void settle(Pending pending, @Nullable Exception failure) {
    if (failure == null) {
      logged.increment();
      pending.done().run();
    } else if (mayPass(failure) && pending.isYoung() && running) {
      queue.add(pending);
    } else {
      lost.increment();
      LOG.error("A decision could not be logged: {}", failure.getMessage());
      pending.done().run();
    }
  }

  private static boolean mayPass(Exception failure) {
    return failure instanceof RetriableException
        || (failure instanceof RecordException record && record.retriable());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, Object> common() {
    return Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
        settings.bootstrapServers(),
        AdminClientConfig.CLIENT_ID_CONFIG,
        "response-api");
  }

  private KafkaProducer<String, byte[]> producer() {
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            settings.bootstrapServers(),
            ProducerConfig.CLIENT_ID_CONFIG,
            "response-api",
            ProducerConfig.ACKS_CONFIG,
            "all",
            // nobody waits for the log, and few large batches cost half of what many small ones do
            ProducerConfig.LINGER_MS_CONFIG,
            40,
            ProducerConfig.BATCH_SIZE_CONFIG,
            BATCH_BYTES,
            // lz4 clears 130 KB of buffers for each batch
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "snappy",
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            2_000,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            10_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            (int) PATIENCE.toMillis());
    return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
  }

  /** Bytes instead of objects: all that waits is copied by each collection of garbage. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pending(DecisionId id, String userId, byte[] record, Runnable done, long since) {

    Pending(DecisionId id, String userId, byte[] record, Runnable done) {
      this(id, userId, record, done, System.nanoTime());
    }

    boolean isYoung() {
      return System.nanoTime() - since < PATIENCE.toNanos();
    }
  }
}
