package dev.attune.cli;

import static dev.attune.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a wrong setting, the command line says which one it is and why, whatever the verb. */
class SettingsMistakeTest {
  @Test
  void namesTheSettingAndTheReason() {
    var topics =
        new TopicsCommand(
            Map.of("ATTUNE_TOPIC_PARTITIONS", "0"), Duration.ofSeconds(1), Duration.ofSeconds(1));

    Ran ran = run(() -> AttuneTest.withVerb("topics", topics), "topics");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().strip())
        .isEqualTo(
            "attune: attune.kafka.topics.partitions (ATTUNE_TOPIC_PARTITIONS) must be 1 to 4096.");
  }

  @Test
  void saysThatKafkaDoesNotAnswer(@TempDir Path folder) {
    Ran ran = run("backup", folder.toString());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().strip())
        .isEqualTo(
            "attune: Nothing was copied, because the topic attune.audit can't be written:"
                + " Kafka at 127.0.0.1:1 does not answer.");
  }
}
