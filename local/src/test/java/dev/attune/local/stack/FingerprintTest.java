package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Server;
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

  @Test
  void aCacheThatWasMadeMeanwhileRestartsNobody() {
    Fingerprint before = of(Part.GATEWAY, List.of("java", "-cp", "a.jar"));
    before.write();

    assertThat(
            of(Part.GATEWAY, List.of("java", "-XX:AOTCache=b.aot", "-cp", "a.jar")).isUnchanged())
        .isTrue();
    assertThat(of(Part.GATEWAY, List.of("java", "-cp", "b.jar")).isUnchanged()).isFalse();
  }

  private Fingerprint of(Part part, List<String> command) {
    return new Fingerprint(settings(), part, new Commanded(command, folder));
  }

  private record Commanded(List<String> command, Path directory) implements Server {
    @Override
    public String name() {
      return "commanded";
    }

    @Override
    public int port() {
      return 1;
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }

  private StackSettings settings() {
    return StackSettings.isolated(folder.resolve("home"), folder);
  }

  private Fingerprint of(Part part) {
    ServiceApp app = new ServiceApp("Main", List.of(), "1");
    return new Fingerprint(
        settings(), part, new ServiceServer(part, app, folder, 1, 2, Map.of("A", "b")));
  }
}
