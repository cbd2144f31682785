package dev.attune.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.attune.predictions.PredictionKey.EntryId;
import dev.attune.schemas.Position;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionKeyTest {
  @Test
  void placesAUserByTheHashTag() {
    assertThat(PredictionKey.of("u-1")).isEqualTo("attune:{u-1}:p");
  }

  @Test
  void packsEpochAboveOffset() {
    assertThat(PredictionKey.entryId(0, 1523, 4)).isEqualTo("1523-4");
    assertThat(PredictionKey.entryId(1, 0, 1)).isEqualTo("281474976710656-1");
    assertThat(PredictionKey.entryId(Position.MAX_EPOCH, Position.MAX_OFFSET, 1))
        .isEqualTo("18446744073709551615-1");
  }

  @Test
  void redisOrderIsEpochThenOffsetThenModel() {
    List<EntryId> rising =
        List.of(
            new EntryId(0, 0, 1),
            new EntryId(0, 0, 2),
            new EntryId(0, 1, 1),
            new EntryId(0, Position.MAX_OFFSET, 9),
            new EntryId(1, 0, 1),
            new EntryId(Position.MAX_EPOCH, Position.MAX_OFFSET, Long.MAX_VALUE));

    Stream<String> sortedAsRedisDoes =
        rising.reversed().stream().map(EntryId::toString).sorted(AS_REDIS);

    assertThat(sortedAsRedisDoes.map(PredictionKey::parse)).isEqualTo(rising);
  }

  @Test
  void includesTheEventItWasMadeOfAndEarlierOnes() {
    EntryId stored = new EntryId(1, 10, 3);

    assertThat(stored.includes(new Position(1, 0, 10))).isTrue();
    assertThat(stored.includes(new Position(1, 0, 9))).isTrue();
    assertThat(stored.includes(new Position(0, 0, 99))).isTrue();
    assertThat(stored.includes(new Position(1, 0, 11))).isFalse();
    assertThat(stored.includes(new Position(2, 0, 0))).isFalse();
  }

  @Test
  void refusesTheIdRedisDoesNotKnow() {
    assertThatIllegalArgumentException().isThrownBy(() -> PredictionKey.entryId(0, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "-1", "7-", "x-1", "18446744073709551616-1", "1-0"})
  void refusesForeignIds(String id) {
    assertThatIllegalArgumentException().isThrownBy(() -> PredictionKey.parse(id));
  }

  private static final Comparator<String> AS_REDIS =
      Comparator.comparing((String id) -> half(id, 0), Long::compareUnsigned)
          .thenComparing(id -> half(id, 1), Long::compareUnsigned);

  private static long half(String id, int index) {
    return Long.parseUnsignedLong(id.split("-", -1)[index]);
  }
}
