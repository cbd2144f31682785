package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
  @Test
  void sendsWithTheSecretKeyOfTheEnvironment(@TempDir Path folder) throws Exception {
    List<String> keys = new CopyOnWriteArrayList<>();
    var gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/v1/events",
        exchange -> {
          keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.getRequestBody().readAllBytes();
          byte[] answer = "{\"accepted\":1,\"rejected\":[]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    gateway.start();
    Path events =
        Files.writeString(
            folder.resolve("events.jsonl"),
            "{\"eventId\":\"e\",\"type\":\"message_sent\",\"userId\":\"u\",\"occurredAt\":\"2026-01-02T03:04:05Z\",\"message_sent\":{\"text\":\"hi\"}}\n");
    try {
      var builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Attune.class.getName(),
                  "replay",
                  events.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("said").toFile());
      String port = Integer.toString(gateway.getAddress().getPort());
      builder.environment().put("ATTUNE_GATEWAY_PORT", port);
      builder.environment().put("ATTUNE_HOME", folder.toString());
      builder.environment().put("ATTUNE_SECRET_KEY", "a-key-of-ones-own");
      Process replay = builder.start();

      assertThat(replay.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(replay.exitValue()).as(Files.readString(folder.resolve("said"))).isZero();
      assertThat(keys).containsExactly("Bearer a-key-of-ones-own");
    } finally {
      gateway.stop(0);
    }
  }
}
