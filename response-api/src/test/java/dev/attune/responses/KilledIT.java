package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.ServerProcess;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** kill -9 while Kafka is away: what was shown is logged all the same, once, by the next start. */
class KilledIT {
  private static final Topics TOPICS = new Topics("it-killed.");
  private static final int REPLIES = 1_000;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ERASED = "u-1";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> shown = new HashMap<>();

  @TempDir private Path folder;

  @Test
  void whatWasShownIsLoggedOnceByTheNextStart() throws Exception {
    try (Infra infra = Infra.start()) {
      var service = new ServiceProcess(infra, TOPICS.prefix(), folder);
      ServerProcess first = service.startReady();
      ask(service, "before");
      await().atMost(SOON).until(() -> logged(infra).containsAll(shown.keySet()));
      infra.killKafka();
      for (int i = 0; i < REPLIES; i++) {
        ask(service, "u-" + i);
      }

      first.kill();
      assertThat(service.spooled()).hasSize(1).allMatch(KilledIT::isPrivate);
      List<Path> unreadable = spoil(service.spool());
      infra.startKafka();
      erase(infra);
      ServerProcess second = service.startReady();

      shown.values().remove(ERASED);
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(logged(infra)).containsAll(shown.keySet()));
      second.stop();
      assertThat(logged(infra)).as("once each").containsExactlyInAnyOrderElementsOf(shown.keySet());
      assertThat(service.spooled()).containsExactlyInAnyOrderElementsOf(unreadable);
    }
  }

  /** As a broken disk may leave them; by their names they come before all others. */
  private static List<Path> spoil(Path spool) throws IOException {
    return List.of(
        Files.createDirectory(spool.resolve("!1.decisions")),
        Files.write(spool.resolve("!2.decisions"), new byte[] {1, 0, 0}),
        Files.write(spool.resolve("!3.decisions"), new byte[] {2, 0, 0, 0, 'n', 'o'}),
        Files.write(spool.resolve("!4.decisions"), new byte[] {2, 0, 0, 0}));
  }

  /** Its reply was shown, hence it must be logged. */
  private void ask(ServiceProcess service, String user) throws Exception {
    String body = "{\"userId\":\"%s\",\"slot\":\"greeting\"}".formatted(user);
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(service.url("/v1/responses"))
                .header("Authorization", "Bearer local-secret")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode reply = Service.json(answer);
    assertThat(reply.path("reason").asString()).isNotEqualTo("log_full");
    shown.put(reply.path("decisionId").asString(), user);
  }

  /** By another replica, while the one that was killed is not back yet. */
  private static void erase(Infra infra) {
    try (Service other = Service.start(infra, TOPICS.prefix()).ready()) {
      assertThat(other.delete("/v1/users/" + ERASED, Service.secretHeaders())).isEqualTo(202);
    }
  }

  private static List<String> logged(Infra infra) {
    var decisions =
        new AvroDeserializer<>(
            new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10)), Decision.class);
    List<String> ids = new ArrayList<>();
    try (TopicReader reader =
        TopicReader.of(
            KafkaSettings.of(infra.bootstrapServers()),
            "test",
            TOPICS.decisions(),
            new StartAt.Beginning())) {
      reader.readToEnd(
          record -> decisions.readable(record).ifPresent(d -> ids.add(d.getDecisionId())));
    }
    return ids;
  }

  private static boolean isPrivate(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).equals("rw-------");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
