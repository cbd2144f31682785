package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
  @Test
  void tokenIsPartitionDashOffsetInEpochZero() {
    assertThat(new Position(0, 3, 1523).token()).isEqualTo("3-1523");
  }

  @Test
  void tokenCarriesTheEpochAboveThePartition() {
    assertThat(new Position(2, 3, 1523).token()).isEqualTo("65539-1523");
  }

  /** What read tokens before they had an epoch refused a first number above this. */
  @Test
  void tokenFitsWhereThereWasAPartitionAlone() {
    String largest = new Position(Position.MAX_EPOCH, Position.MAX_PARTITION, 0).token();

    assertThat(largest).isEqualTo(Integer.MAX_VALUE + "-0");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "0, 3, 1523", "7, 23, 281474976710655", "65535, 32767, 1"})
  void parsesItsOwnToken(int epoch, int partition, long offset) {
    Position position = new Position(epoch, partition, offset);

    assertThat(Position.parse(position.token())).isEqualTo(position);
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
    assertThatIllegalArgumentException().isThrownBy(() -> Position.parse(token));
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
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, 1 << 15, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, 0, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, 0, 1L << 48));
  }
}
