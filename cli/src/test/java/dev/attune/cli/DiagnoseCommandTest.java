package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnoseCommandTest {
  @Test
  void knowsWhatTheStackKeepsAsItsSettings(@TempDir Path home) throws Exception {
    Files.createDirectories(home.resolve("logs"));
    Files.writeString(home.resolve("logs/gateway.log"), "refused: own-salt-1 is no word\n");
    Files.createDirectories(home.resolve("run"));
    Files.writeString(
        home.resolve("run/settings"),
        "ATTUNE_ERASURE_SECRET=own-salt-1\nATTUNE_EPOCH=7\nSERVER_TOMCAT_THREADS=9\n");
    Ran diagnose =
        Ran.apart(
            Map.of(
                "ATTUNE_HOME",
                home.toString(),
                "ATTUNE_EPOCH",
                "8",
                // no Kafka is there, and it isn't waited for
                "ATTUNE_KAFKA_PROPERTIES_DEFAULT_API_TIMEOUT_MS",
                "1000",
                "ATTUNE_KAFKA_PROPERTIES_REQUEST_TIMEOUT_MS",
                "500"),
            "diagnose",
            "--out",
            home.resolve("out.zip").toString());

    assertThat(diagnose.code()).as(diagnose.out()).isZero();
    try (var zip = new ZipFile(home.resolve("out.zip").toFile())) {
      assertThat(text(zip, "logs/gateway.log")).isEqualTo("refused: [removed] is no word\n");
      assertThat(text(zip, "settings.txt"))
          .contains("ATTUNE_ERASURE_SECRET=[removed]\n")
          .contains("ATTUNE_EPOCH=7\n")
          .contains("SERVER_TOMCAT_THREADS=9\n");
    }
  }

  private static String text(ZipFile zip, String name) throws Exception {
    try (var in = zip.getInputStream(zip.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
