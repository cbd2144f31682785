package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What is sent to somebody who helps. */
class DiagnoseIT {
  private static final String PASSWORD = "a-password-of-redis";

  private final RunningStack stack = RunningStack.shared();

  @TempDir private Path folder;

  @Test
  void holdsWhatHelpsAndNoSecretNoUserAndNoText() throws Exception {
    String text = "my card is lost, whatever";
    assertThat(
            stack.gateway.send(List.of(Events.messageSent("somebody-in-trouble", text))).rejected())
        .isEmpty();

    Map<String, String> files = diagnosed(stack.settings());

    assertThat(files.keySet())
        .contains("about.txt", "settings.txt", "status.json", "models.json", "topics.txt")
        .contains("gateway/health.json", "streams/prometheus.txt", "logs/responses.log");
    assertThat(
            JsonMapper.shared().readTree(files.get("gateway/health.json")).get("status").asString())
        .isEqualTo("UP");
    assertThat(files.get("settings.txt")).contains("ATTUNE_REDIS_PASSWORD=[removed]");
    assertThat(files.get("topics.txt")).contains("attune.interaction-events");
    assertThat(files.get("models.json")).contains("\"versions\"");
    assertThat(files.get("streams/prometheus.txt")).contains("jvm_memory_used_bytes");
    assertThat(files)
        .allSatisfy(
            (name, content) ->
                assertThat(content)
                    .as(name)
                    .doesNotContain(PASSWORD, LocalKeys.SECRET, LocalKeys.WRITE, text)
                    .doesNotContain("somebody-in-trouble"));
  }

  private Map<String, String> diagnosed(StackSettings settings) throws Exception {
    Path zip = folder.resolve("stack.zip");
    Path out = folder.resolve("diagnose.out");
    Process process =
        AttuneCommand.begin(
            settings,
            out,
            Map.of("ATTUNE_REDIS_PASSWORD", PASSWORD),
            "diagnose",
            "--out",
            zip.toString());
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return read(zip);
  }

  private static Map<String, String> read(Path zip) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : file.stream().map(ZipEntry.class::cast).toList()) {
        byte[] bytes = file.getInputStream(entry).readAllBytes();
        files.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
