package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What an operator reads when a service does not start for its playbook. */
@ExtendWith(OutputCaptureExtension.class)
class BrokenPlaybookTest {
  @TempDir private Path playbook;

  @Test
  void namesTheMistakesAndPrintsNoTrace(CapturedOutput output) throws IOException {
    Files.writeString(playbook.resolve("features.yaml"), "features:\n  n: {kount: 1}\n");

    assertThatThrownBy(
        () ->
            SpringApplication.run(
                ResponsesApplication.class,
                "--server.port=0",
                "--management.server.port=0",
                "--spring.profiles.active=local",
                "--attune.decisions.spool=" + playbook.resolve("spool"),
                "--attune.responses.playbook=" + playbook));

    assertThat(output)
        .contains("The playbook has mistakes", "features.yaml:2:", "./attune playbook check")
        .doesNotContain("\tat dev.attune");
  }
}
