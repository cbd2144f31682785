package dev.attune.cli.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.local.infra.Infra;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What was made or set can be asked about at once, however busy the broker is. */
class NewTopicsIT {
  private static final int TOPICS = 60;
  private static final int TIMES = 300;

  @Test
  void aNewTopicIsKnown() {
    Infra infra = Infra.shared();
    String prefix = "new-" + UUID.randomUUID() + "-";
    try (var admin =
        new KafkaAdmin(KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl()))) {
      for (int i = 0; i < TOPICS; i++) {
        admin.create(prefix + i, 2, Map.of());

        assertThat(admin.end(prefix + i)).hasSize(2);
      }
      admin.deleteTopics(topic -> topic.startsWith(prefix));
    }
  }

  @Test
  void aDeletedTopicIsGone() {
    Infra infra = Infra.shared();
    String prefix = "gone-" + UUID.randomUUID() + "-";
    try (var admin =
        new KafkaAdmin(KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl()))) {
      for (int i = 0; i < TOPICS; i++) {
        String topic = prefix + i;
        admin.create(topic, 1, Map.of());

        admin.deleteTopics(topic::equals);

        assertThat(admin.topics()).doesNotContain(topic);
      }
    }
  }

  @Test
  void anotherRetentionIsKnown() {
    Infra infra = Infra.shared();
    String topic = "kept-" + UUID.randomUUID();
    try (var admin =
        new KafkaAdmin(KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl()))) {
      admin.create(topic, 1, Map.of());
      for (int hours = 1; hours <= TIMES; hours++) {
        admin.retain(topic, Duration.ofHours(hours));

        assertThat(admin.retention(topic)).isEqualTo(Duration.ofHours(hours));
      }
      admin.deleteTopics(topic::equals);
    }
  }
}
