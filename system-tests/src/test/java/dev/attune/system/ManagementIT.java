package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
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
    StackPorts ports = RunningStack.shared().settings().ports();
    int management = service.managementPort(ports);
    JsonNode info = JSON.readTree(get(management, "/actuator/info"));

    assertThat(info.path("build").path("version").asString()).isNotEmpty();
    if (Files.exists(Checkout.find().root().resolve(".git"))) {
      assertThat(info.path("git").path("commit").path("id").asString()).matches("[0-9a-f]{7,}");
    }
    assertThat(get(management, "/actuator/health/liveness")).contains("UP");
    assertThat(get(management, "/actuator/health/readiness")).contains("UP");
    assertThat(get(management, "/actuator/prometheus")).contains("jvm_memory_used_bytes");
    assertThat(
            JSON.readTree(get(service.port(ports), "/openapi.json"))
                .path("info")
                .path("title")
                .asString())
        .startsWith("Attune");
  }

  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"GATEWAY", "RESPONSES", "INFERENCE", "STREAMS", "CONSOLE"})
  void tellsNothingOfItselfOnThePublicPort(Part service) throws Exception {
    int port = service.port(RunningStack.shared().settings().ports());

    for (String path : List.of("info", "health", "health/liveness", "prometheus")) {
      assertThat(answer(port, "/actuator/" + path).statusCode()).as(path).isEqualTo(404);
    }
  }

  private static String get(int port, String path) throws IOException {
    HttpResponse<String> answer = answer(port, path);
    assertThat(answer.statusCode()).as("%s of port %d", path, port).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<String> answer(int port, String path) throws IOException {
    return BoundedHttp.get(URI.create("http://127.0.0.1:" + port + path));
  }
}
