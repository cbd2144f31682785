package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.attune.core.bytes.Sha256;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import org.junit.jupiter.api.Test;

class ErasedUsersTest {
  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");

  private final ErasedUsers erased = new ErasedUsers(HASHER);

  private static Erasure erasure(String user, long offset, long at) {
    return Erasure.newBuilder()
        .setReceiptId("r")
        .setUserHash(HASHER.hash(user))
        .setHashKey(HASHER.keyId())
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
    assertThat(erased.until()).containsExactly(java.util.Map.entry(HASHER.hash("ada"), 2_000L));
  }

  @Test
  void knowsUsersOfRecordsWithABareHash() {
    Erasure old = erasure("ada", 10, 1_000);
    old.setUserHash(Sha256.hex("ada"));
    old.setHashKey("");

    erased.add(old);

    assertThat(erased.excludes("ada", 1_000)).isTrue();
    assertThat(erased.until()).containsOnlyKeys(HASHER.hash("ada"));
  }

  @Test
  void aHashOfAnotherSecretIsAnError() {
    Erasure foreign = erasure("ada", 10, 1_000);
    foreign.setHashKey(new UserHasher("another secret, as long").keyId());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> erased.add(foreign))
        .withMessageContaining("ATTUNE_ERASURE_SECRET");
  }
}
