package dev.attune.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Two installations that share a Kafka: an id is of the one whose events it reads. */
@ExtendWith(OutputCaptureExtension.class)
class ApplicationIdCheckIT {
  private final String id = "app-" + UUID.randomUUID();
  private final KafkaSettings one = installation();
  private final KafkaSettings other = installation();

  private static KafkaSettings installation() {
    Infra infra = Infra.shared();
    String prefix = "i" + UUID.randomUUID().toString().substring(0, 8) + ".";
    return KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl())
        .with(new TopicSettings(prefix, true, 1, (short) 1));
  }

  @Test
  void whoComesSecondIsToldToTakeAnotherId(CapturedOutput log) {
    TopicSetup.ensure(one);
    TopicSetup.ensure(other);
    assertThat(new ApplicationIdCheck(one, id).isOwn()).as("nobody has it").isTrue();

    hasRead(one);

    assertThat(new ApplicationIdCheck(one, id).isOwn()).isTrue();
    var second = new ApplicationIdCheck(other, id);
    assertThat(second.isOwn()).isFalse();
    assertThat(second.isOwn()).isFalse();
    assertThat(log.getOut())
        .containsOnlyOnce("the application id " + id + " is another installation's, which reads ")
        .contains(events(one), "ATTUNE_STREAMS_APPLICATION_ID");
    assertThat(new ApplicationIdCheck(other, id + "-other").isOwn()).isTrue();
  }

  private void hasRead(KafkaSettings installation) {
    try (var admin = new KafkaAdmin(installation)) {
      admin.move(id, Map.of(new TopicPartition(events(installation), 0), 0L));
    }
  }

  private static String events(KafkaSettings installation) {
    return installation.topics().names().interactionEvents();
  }
}
