package dev.attune.cli.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.local.infra.Infra;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was made, set or deleted can be asked about at once, however busy the broker is. */
class NewTopicsIT {
  private static final int TOPICS = 60;
  private static final int TIMES = 100;

  private final Infra infra = Infra.shared();
  private final KafkaAdmin admin =
      new KafkaAdmin(KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl()));
  private final String prefix = "new-" + UUID.randomUUID() + "-";

  @AfterEach
  void delete() {
    admin.deleteTopics(topic -> topic.startsWith(prefix));
    admin.close();
  }

  @Test
  void aNewTopicIsKnown() {
    for (int i = 0; i < TOPICS; i++) {
      admin.create(prefix + i, 2, Map.of());

      assertThat(admin.end(prefix + i)).hasSize(2);
    }
  }

  @Test
  void aDeletedTopicIsGone() {
    for (int i = 0; i < TOPICS; i++) {
      String topic = prefix + i;
      admin.create(topic, 1, Map.of());

      admin.deleteTopics(topic::equals);

      assertThat(admin.topics()).doesNotContain(topic);
    }
  }

  @Test
  void anotherRetentionIsKnown() {
    String topic = prefix + "kept";
    admin.create(topic, 1, Map.of());
    for (int hours = 1; hours <= TIMES; hours++) {
      admin.retain(topic, Duration.ofHours(hours));

      assertThat(admin.retention(topic)).isEqualTo(Duration.ofHours(hours));
    }
  }
}
