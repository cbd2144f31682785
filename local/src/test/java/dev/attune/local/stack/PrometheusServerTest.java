package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.StackPorts.Port;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusServerTest {
  @TempDir private Path home;

  @Test
  void readsEachServiceUnderTheNameThatAlertsKnow() {
    StackPorts ports = StackPorts.fromEnvironment(Map.of());
    String configuration = server(Checkout.find(), ports).configuration();

    assertThat(configuration)
        .contains("rule_files: [\"" + Checkout.find().alertRules() + "\"]")
        .contains(
            """
            - job_name: attune-gateway
              metrics_path: /actuator/prometheus
              static_configs: [{targets: ["127.0.0.1:7170"]}]
            """);
    assertThat(configuration.lines().filter(line -> line.contains("job_name")))
        .extracting(line -> line.replaceAll(".* ", ""))
        .containsExactly(
            "attune-gateway",
            "attune-responses",
            "attune-inference",
            "attune-streams",
            "attune-console");
  }

  @Test
  void isStartedAnewWhereAServiceHasMoved() {
    StackPorts ports = StackPorts.free();
    StackPorts moved = ports.with(Port.STREAMS_MANAGEMENT, 9174);

    assertThat(server(Checkout.find(), moved).environment())
        .isNotEqualTo(server(Checkout.find(), ports).environment());
  }

  @Test
  void saysWhatToDoWhereItCannotBeHad() {
    var nowhere = new Checkout(home);
    assumeTrue(nowhere.prometheus().isEmpty(), "a Prometheus is installed here");

    assertThatThrownBy(server(nowhere, StackPorts.free())::command)
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("install it");
  }

  private PrometheusServer server(Checkout checkout, StackPorts ports) {
    return new PrometheusServer(checkout, home, ports);
  }
}
