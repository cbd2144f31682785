package dev.attune.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpeedTest {
  @Test
  void compressesHistory() {
    assertThat(Speed.parse("60x").due(60_000)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Speed.parse("max").due(60_000)).isZero();
  }

  @Test
  void refusesWhatIsNoSpeed() {
    assertThatThrownBy(() -> Speed.parse("fast")).hasMessageContaining("--speed is max, or");
    assertThatThrownBy(() -> Speed.parse("0x")).hasMessageContaining("--speed");
  }
}
