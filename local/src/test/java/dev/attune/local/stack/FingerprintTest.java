package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FingerprintTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"STREAMS", "RESPONSES", "GATEWAY", "INFERENCE", "CONSOLE"})
  void aChangedPlaybookRestartsOnlyWhoReadsItAtItsStart(Part part) throws IOException {
    Files.writeString(folder.resolve("features.yaml"), "before");
    Files.writeString(folder.resolve("responses.yaml"), "before");
    of(part).write();

    Files.writeString(folder.resolve("features.yaml"), "after");
    Files.writeString(folder.resolve("responses.yaml"), "after");

    assertThat(of(part).isUnchanged()).isEqualTo(part != Part.STREAMS);
  }

  @Test
  void aChangedTrackingPlanRestartsTheGateway() throws IOException {
    Files.writeString(folder.resolve("tracking-plan.yaml"), "before");
    of(Part.GATEWAY).write();

    Files.writeString(folder.resolve("tracking-plan.yaml"), "after");

    assertThat(of(Part.GATEWAY).isUnchanged()).isFalse();
  }

  private Fingerprint of(Part part) {
    StackSettings settings = StackSettings.isolated(folder.resolve("home"), folder);
    ServiceApp app = new ServiceApp("Main", List.of(), "1");
    return new Fingerprint(
        settings, part, new ServiceServer(part, app, folder, 1, 2, Map.of("A", "b")));
  }
}
