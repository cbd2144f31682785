package dev.attune.inference.kafka;

import dev.attune.kafka.topic.TopicSetup;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates missing topics, tried until it succeeds: scoring does not need them, the refill does. */
public final class TopicsAtStart {

  private static final Logger log = LoggerFactory.getLogger(TopicsAtStart.class);

  private final KafkaSettings properties;
  private boolean done;

  public TopicsAtStart(KafkaSettings properties) {
    this.properties = properties;
    this.done = !properties.createTopics();
  }

  /** Whether the topics exist, as far as this service is to see to it. */
  public synchronized boolean ensure() {
    if (!done) {
      try (Admin admin = Admin.create(properties.client(timeouts()))) {
        TopicSetup.ensure(
            admin, properties.topics(), properties.partitions(), properties.replicationFactor());
        done = true;
      } catch (KafkaException e) {
        log.warn("The topics could not be created yet: {}", e.getMessage());
      }
    }
    return done;
  }

  private Map<String, Object> timeouts() {
    int millis = (int) properties.timeout().toMillis();
    return Map.of("request.timeout.ms", millis, "default.api.timeout.ms", millis);
  }
}
