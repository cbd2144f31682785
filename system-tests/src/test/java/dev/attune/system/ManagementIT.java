package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelException;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every service tells an operator, as it runs in the local stack. */
class ManagementIT {
  private static final JsonMapper JSON = JsonMapper.shared();

  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"GATEWAY", "RESPONSES", "INFERENCE", "STREAMS", "CONSOLE"})
  void tellsItsHealthMetricsVersionAndApi(Part service) throws Exception {
    JsonNode info = JSON.readTree(get(service, "/actuator/info"));

    assertThat(info.path("build").path("version").asString()).isNotEmpty();
    if (Files.exists(Checkout.find().root().resolve(".git"))) {
      assertThat(info.path("git").path("commit").path("id").asString()).matches("[0-9a-f]{7,}");
    }
    assertThat(get(service, "/actuator/health/liveness")).contains("UP");
    assertThat(get(service, "/actuator/health/readiness")).contains("UP");
    assertThat(get(service, "/actuator/prometheus")).contains("jvm_memory_used_bytes");
    assertThat(JSON.readTree(get(service, "/openapi.json")).path("info").path("title").asString())
        .startsWith("Attune");
  }

  private static String get(Part service, String path)
      throws ModelException, IOException, InterruptedException {
    int port = service.port(RunningStack.shared().settings().ports());
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s of %s", path, service).isEqualTo(200);
      return answer.body();
    }
  }
}
