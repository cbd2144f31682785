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
        .containsExactly(
            7070, 7071, 7072, 7073, 7074, 7080, 7081, 7092, 7379, 7411, 7090, 7093, 7412, 7170,
            7171, 7172, 7174, 7180);
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
  void ofManagementFollowTheirServiceUnlessTheyAreMovedThemselves() {
    StackPorts ports =
        StackPorts.fromEnvironment(
            Map.of(
                "ATTUNE_GATEWAY_PORT", "9070",
                "ATTUNE_STREAMS_PORT", "9074",
                "ATTUNE_STREAMS_MANAGEMENT_PORT", "9001"));

    assertThat(Part.GATEWAY.managementPort(ports)).isEqualTo(9170);
    assertThat(Part.STREAMS.managementPort(ports)).isEqualTo(9001);
    assertThat(Part.CONSOLE.managementPort(ports)).isEqualTo(7180);
    assertThat(ports.variables())
        .hasSize(18)
        .containsEntry("ATTUNE_GATEWAY_MANAGEMENT_PORT", "9170");
  }

  @Test
  void refuseWhatIsNoPort() {
    assertThatThrownBy(() -> StackPorts.fromEnvironment(Map.of("ATTUNE_GATEWAY_PORT", "65500")))
        .hasMessage("ATTUNE_GATEWAY_MANAGEMENT_PORT is 65600, which is no port (1 to 65535).");
    assertThatThrownBy(() -> StackPorts.fromEnvironment(Map.of("ATTUNE_REDIS_PORT", "high")))
        .hasMessage("ATTUNE_REDIS_PORT is high, which is no port (1 to 65535).");
  }
}
