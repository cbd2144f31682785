package dev.attune.kafka.start;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.background.Backoff;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.SchemaSetup;
import dev.attune.kafka.topic.TopicSetup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be there before a service can work with Kafka, step by step: topics, then schemas or
 * whatever a service adds. While Kafka or the registry is away or refuses, the step is tried again,
 * since either may start later or be set right by a person; anything else is thrown.
 */
public final class KafkaStart {
  private static final Logger log = LoggerFactory.getLogger(KafkaStart.class);
  private static final Map<String, Integer> SOON =
      Map.of(
          AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
          AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);

  private final List<BooleanSupplier> steps;
  private int done;

  private KafkaStart(List<BooleanSupplier> steps) {
    this.steps = steps;
  }

  /** Creates the topics that are missing, where the services are to. */
  public static KafkaStart topics(KafkaSettings kafka) {
    return new KafkaStart(List.of(() -> createTopics(kafka)));
  }

  /** Then registers every subject's schema. */
  public KafkaStart schemas(KafkaSettings kafka, SchemaRegistryClient registry) {
    return then(
        () -> {
          SchemaSetup.register(registry, kafka.topics().names());
          return true;
        });
  }

  /**
   * Then a step of the service's own.
   *
   * @param step false when it has to be tried again
   */
  public KafkaStart then(BooleanSupplier step) {
    return new KafkaStart(Stream.concat(steps.stream(), Stream.of(step)).toList());
  }

  /** Tries what isn't done yet; whether all is. */
  public synchronized boolean attempt() {
    try {
      while (done < steps.size() && steps.get(done).getAsBoolean()) {
        done++;
      }
    } catch (KafkaException e) {
      log.warn("Kafka is not ready yet: {}", e.toString());
    } catch (RegistryException.Unavailable e) {
      log.warn("The schema registry is not ready yet: {}", e.getMessage());
    }
    return done == steps.size();
  }

  /** Tries until all is done. */
  public void await() throws InterruptedException {
    Backoff backoff = new Backoff();
    while (!attempt()) {
      Thread.sleep(backoff.next());
    }
  }

  /**
   * Tries until all is done or it is time to give up.
   *
   * @param pause waits; true when that time has come
   * @return false when it had
   */
  public boolean await(Predicate<Duration> pause) {
    Backoff backoff = new Backoff();
    while (!attempt()) {
      if (pause.test(backoff.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean createTopics(KafkaSettings kafka) {
    if (kafka.topics().create()) {
      try (Admin admin = Admin.create(kafka.client("attune-start", SOON))) {
        TopicSetup.ensure(admin, kafka.topics());
      }
    }
    return true;
  }
}
