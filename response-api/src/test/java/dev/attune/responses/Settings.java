package dev.attune.responses;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.responses.playbook.ReplySettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of parts that are tested alone; nothing is connected to. */
public final class Settings {
  private Settings() {}

  public static KafkaSettings kafka() {
    return KafkaSettings.of("127.0.0.1:1").with(new TopicSettings("attune.", false, 4, (short) 1));
  }

  public static ReplySettings replies() {
    return new ReplySettings(Path.of("playbooks/support"), Duration.ofHours(24), 0);
  }

  public static MeterRegistry meters() {
    return new SimpleMeterRegistry();
  }
}
