package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
  @Test
  void tokenIsPartitionDashOffset() {
    assertThat(new Position(2, 3, 1523).token()).isEqualTo("3-1523");
  }

  @Test
  void parsesItsOwnToken() {
    Position position = new Position(7, 23, Position.MAX_OFFSET);

    assertThat(Position.parse(position.token(), 7)).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "3",
        "3-",
        "-3",
        "3-4-5",
        "a-1",
        "1-b",
        " 1-2",
        "1-2 ",
        "+1-2",
        "1--2",
        "٣-١",
        "2147483648-0",
        "0-281474976710656",
        "0-99999999999999999999999999"
      })
  void refusesWhatIsNoToken(String token) {
    assertThatIllegalArgumentException().isThrownBy(() -> Position.parse(token, 0));
  }

  @Test
  void laterOffsetIsAfter() {
    assertThat(new Position(0, 1, 6).isAfter(new Position(0, 1, 5))).isTrue();
    assertThat(new Position(0, 1, 5).isAfter(new Position(0, 1, 5))).isFalse();
    assertThat(new Position(0, 1, 4).isAfter(new Position(0, 1, 5))).isFalse();
  }

  @Test
  void laterEpochIsAfterWhateverTheOffset() {
    assertThat(new Position(1, 0, 0).isAfter(new Position(0, 9, 1_000))).isTrue();
    assertThat(new Position(0, 9, 1_000).isAfter(new Position(1, 0, 0))).isFalse();
  }

  @Test
  void refusesWhatTheStoreCannotOrder() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(-1, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(1 << 16, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, -1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, 0, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, 0, 1L << 48));
  }
}
