package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Where the console starts, and what it says while a service is away. */
class StartIT {
  private static final Upstream UPSTREAM = new Upstream();

  @AfterAll
  static void stop() {
    UPSTREAM.close();
  }

  @Test
  void tellsWhichServiceIsAway() throws Exception {
    try (var alone =
        RunningConsole.before(
            UPSTREAM, UPSTREAM, "attune.console.services.inference=http://127.0.0.1:1")) {
      var answer = alone.get("/api/inference/v1/models", Map.of());

      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).contains("inference does not answer", "unavailable");
    }
  }

  @Test
  void startsOnlyOnThisMachineWhenNobodyHasToSignIn() {
    assertThatThrownBy(() -> RunningConsole.before(UPSTREAM, UPSTREAM, "server.address=0.0.0.0"))
        .rootCause()
        .hasMessageContaining("server.address must be a loopback address");
  }
}
