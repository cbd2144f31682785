package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.kafka.KafkaSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Versions are moved without a running stack too. */
class SlotAuditTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private KafkaSettings nobody = KafkaSettings.of("127.0.0.1:1");

  @BeforeEach
  void aPortThatNobodyListensOn() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = KafkaSettings.of("127.0.0.1:" + free.getLocalPort());
    }
  }

  private SlotAudit audit() {
    var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new SlotAudit(new Terminal(out, false, false, 100), () -> nobody);
  }

  @Test
  void whatCannotBeRecordedIsSaid() {
    audit().allow("model_promote", "2026-01-02.1", null);

    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("Not recorded");
  }

  @Test
  void anOverrideThatCannotBeRecordedIsRefused() {
    assertThatThrownBy(() -> audit().allow("model_promote", "2026-01-02.1", "it is urgent"))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining(nobody.bootstrapServers());
  }
}
