package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
      Ran replay =
          Ran.apart(
              Map.of(
                  "ATTUNE_GATEWAY_PORT",
                  Integer.toString(gateway.getAddress().getPort()),
                  "ATTUNE_HOME",
                  folder.toString(),
                  "ATTUNE_SECRET_KEY",
                  "a-key-of-ones-own"),
              "replay",
              events.toString());

      assertThat(replay.code()).as(replay.out()).isZero();
      assertThat(keys).containsExactly("Bearer a-key-of-ones-own");
    } finally {
      gateway.stop(0);
    }
  }
}
