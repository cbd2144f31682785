package dev.attune.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.Ports;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How the gateway starts before its servers, and how it ends. */
class LifecycleIT {
  private final Topics topics =
      new Topics("l" + UUID.randomUUID().toString().substring(0, 8) + ".");

  @Test
  void isReadyOnlyOnceTopicsAndSchemasAreThereAndAnswersWhatItTookBeforeItEnds() throws Exception {
    try (Infra infra = Infra.start()) {
      infra.stopKafka();
      infra.stopRegistry();
      try (GatewayProcess gateway = GatewayProcess.start(infra, topics, "160m")) {
        await().atMost(Duration.ofSeconds(90)).until(() -> status(gateway, "liveness") == 200);
        assertNotReady(gateway);

        infra.startKafka();
        assertNotReady(gateway);

        infra.startRegistry();
        await().atMost(Duration.ofSeconds(60)).until(() -> status(gateway, "readiness") == 200);
        assertThat(post(gateway).statusCode()).isEqualTo(200);

        endsGracefully(gateway);
        assertThat(StoredEvents.read(infra, topics))
            .anyMatch(stored -> stored.event().getEventId().equals("half-sent"));
      }
    }
  }

  private static void assertNotReady(GatewayProcess gateway) throws Exception {
    assertThat(status(gateway, "readiness")).isEqualTo(503);
    HttpResponse<String> answer = post(gateway);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  /** Told to end while a body is on its way: takes no new callers, but answers this one. */
  private static void endsGracefully(GatewayProcess gateway) throws Exception {
    String event =
        """
        {"eventId":"half-sent","userId":"u","type":"clicked","clicked":{"element":"#a"}}""";
    String head =
        """
        POST /v1/events HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer local-write\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(event.length());
    int port = gateway.uri().getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write((head + event.substring(0, 20)).getBytes(UTF_8));
      socket.getOutputStream().flush();
      // answered after the head above was sent, so the handler has that by now
      assertThat(post(gateway).statusCode()).isEqualTo(200);

      gateway.terminate();
      await().atMost(Duration.ofSeconds(60)).until(() -> !Ports.isOpen(port));
      assertThat(gateway.isAlive()).isTrue();
      assertThat(status(gateway, "liveness")).as("probes are answered meanwhile").isEqualTo(200);
      socket.getOutputStream().write(event.substring(20).getBytes(UTF_8));
      socket.getOutputStream().flush();

      String answer = new String(socket.getInputStream().readNBytes(12), UTF_8);
      assertThat(answer).isEqualTo("HTTP/1.1 200");
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> !gateway.isAlive());
  }

  private static int status(GatewayProcess gateway, String probe) {
    return HttpProbe.status(gateway.management("/actuator/health/" + probe));
  }

  private static HttpResponse<String> post(GatewayProcess gateway)
      throws IOException, InterruptedException {
    String event =
        """
        {"eventId":"%s","userId":"u","type":"clicked","clicked":{"element":"#a"}}"""
            .formatted(UUID.randomUUID());
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri().resolve("/v1/events"))
            .header("Authorization", "Bearer local-write")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(event))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
