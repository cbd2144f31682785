package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StackPortsTest {
  @Test
  void areTheDocumentedOnes() {
    StackPorts ports = StackPorts.fromEnvironment(Map.of());

    assertThat(ports.numbers().values())
        .containsExactly(7070, 7071, 7072, 7073, 7074, 7080, 7081, 7092, 7093, 7379);
  }

  @Test
  void areMovedByVariables() {
    StackPorts ports =
        StackPorts.fromEnvironment(
            Map.of("ATTUNE_KAFKA_PORT", "9092", "ATTUNE_INFERENCE_GRPC_PORT", "9073"));

    assertThat(ports.kafka()).isEqualTo(9092);
    assertThat(ports.kafkaController()).isEqualTo(9093);
    assertThat(ports.inferenceGrpc()).isEqualTo(9073);
  }

  @Test
  void refuseWhatIsNoPort() {
    assertThatThrownBy(() -> StackPorts.fromEnvironment(Map.of("ATTUNE_REDIS_PORT", "high")))
        .hasMessage("ATTUNE_REDIS_PORT is high, which is no port (1 to 65535).");
  }
}
