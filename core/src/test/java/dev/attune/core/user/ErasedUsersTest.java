package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import org.junit.jupiter.api.Test;

class ErasedUsersTest {
  private final ErasedUsers erased = new ErasedUsers();

  private static Erasure erasure(String user, long offset, long at) {
    return Erasure.newBuilder()
        .setReceiptId("r")
        .setUserHash(ErasedUsers.hash(user))
        .setPartition(3)
        .setOffset(offset)
        .setRequestedAt(at)
        .build();
  }

  @Test
  void passesOverWhatCameBeforeTheErasureAndNothingElse() {
    erased.add(erasure("ada", 10, 1_000));

    assertThat(erased.excludes("ada", new Position(0, 3, 10))).isTrue();
    assertThat(erased.excludes("ada", new Position(0, 3, 11))).isFalse();
    assertThat(erased.excludes("ada", 1_000)).isTrue();
    assertThat(erased.excludes("ada", 1_001)).isFalse();
    assertThat(erased.excludes("bob", new Position(0, 3, 1))).isFalse();
    assertThat(erased.excludes("bob", 1)).isFalse();
  }

  @Test
  void holdsTheLastOfSeveralErasuresInWhateverOrderTheyAreRead() {
    erased.add(erasure("ada", 20, 2_000));
    erased.add(erasure("ada", 10, 1_000));

    assertThat(erased.excludes("ada", new Position(0, 3, 15))).isTrue();
    assertThat(erased.until())
        .containsExactly(java.util.Map.entry(ErasedUsers.hash("ada"), 2_000L));
  }

  @Test
  void keepsNobodysId() {
    assertThat(ErasedUsers.hash("ada"))
        .isEqualTo("fdee430d40bd57deeac186cd9790033d0f06f909a8806e7ce6e717ab7c7d5029");
  }
}
