package dev.attune.local.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisServerTest {
  @TempDir private Path folder;

  @Test
  void saysThatTheEmbeddedOneIsUnsupported() {
    assertThat(RedisServer.notice(List.of(folder)))
        .hasValueSatisfying(
            notice ->
                assertThat(notice)
                    .contains("embedded 6.2", "unsupported", "8.2.2", "8.1.4", "127.0.0.1"));
  }

  @Test
  void saysNothingOfAnInstalledOne() throws IOException {
    Path server = Files.createFile(folder.resolve("valkey-server"));
    assertThat(RedisServer.notice(List.of(folder))).isPresent();
    assertThat(server.toFile().setExecutable(true)).isTrue();

    assertThat(RedisServer.notice(List.of(folder))).isEmpty();
  }
}
