package dev.attune.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReplaySpeedTest {
  @Test
  void compressesHistory() {
    assertThat(ReplaySpeed.parse("60x").due(60_000)).isEqualTo(Duration.ofSeconds(1));
    assertThat(ReplaySpeed.parse("max").due(60_000)).isZero();
  }

  @Test
  void refusesWhatIsNoSpeed() {
    assertThatThrownBy(() -> ReplaySpeed.parse("fast")).hasMessageContaining("--speed is max, or");
    assertThatThrownBy(() -> ReplaySpeed.parse("0x")).hasMessageContaining("--speed");
  }
}
