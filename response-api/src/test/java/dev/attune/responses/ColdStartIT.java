package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.FaultProxy;
import dev.attune.local.infra.FaultProxy.Fault;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.ServerProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replica that says it is ready is: its first replies are as personal as all others. Without the
 * warm-up all of these were generic. One may meet a pause of the machine.
 */
class ColdStartIT {
  private static final Infra INFRA = Infra.shared();

  @TempDir private Path folder;

  @RepeatedTest(2)
  void theFirstRepliesArePersonalized() throws Exception {
    List<String> reasons = new ArrayList<>();
    try (var predictions = new Predictions(INFRA.redisUri())) {
      predictions.put("cold", 1, 7, "order_status", 0.9f);
      var service = new ServiceProcess(INFRA, "it-cold.", folder);
      ServerProcess process = service.startReady();
      try (HttpClient http = HttpClient.newHttpClient()) {
        for (int i = 0; i < 4; i++) {
          reasons.add(reason(http, service));
        }
      } finally {
        process.stop();
      }
    }

    assertThat(reasons)
        .hasSize(4)
        .areAtLeast(3, new Condition<>("rule:order-status"::equals, "personalized"));
  }

  @Test
  void aRedisThatIsSlowMeanwhileDoesNotMakeTheFirstRepliesGeneric() throws Exception {
    try (var redis = new FaultProxy(INFRA.redisUri())) {
      redis.become(Fault.LATE);
      try (Service service =
          Service.start(
              redis.uri(),
              INFRA.bootstrapServers(),
              INFRA.registryUrl().toString(),
              "it-cold-slow.")) {
        assertThat(service.manage("/actuator/prometheus").body())
            .as("the breaker of reads is closed")
            .contains("\nattune_store_open 0.0\n");
      }
    }
  }

  private static String reason(HttpClient http, ServiceProcess service) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(service.url("/v1/responses"))
                .header("Authorization", "Bearer local-secret")
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString("{\"userId\":\"cold\",\"slot\":\"reply\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return Service.json(answer).path("reason").asString();
  }
}
