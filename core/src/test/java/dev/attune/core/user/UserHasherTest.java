package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.attune.core.bytes.Sha256;
import org.junit.jupiter.api.Test;

class UserHasherTest {
  private final UserHasher hasher = new UserHasher("0123456789abcdef");

  /** By {@code printf %s ada | openssl dgst -sha256 -binary | openssl dgst -sha256 -hmac …}. */
  @Test
  void isWhatOpensslSays() {
    assertThat(hasher.hash("ada"))
        .isEqualTo("671e328466169928b74e4648e959ec60483cc795fdf2e231a179fc6eae45b6b8");
  }

  @Test
  void aBareHashBecomesTheSame() {
    assertThat(hasher.ofBare(Sha256.hex("ada"))).isEqualTo(hasher.hash("ada"));
  }

  @Test
  void anotherSecretGivesAnotherHashAndSaysSo() {
    var other = new UserHasher("0123456789abcdeF");

    assertThat(other.hash("ada")).isNotEqualTo(hasher.hash("ada"));
    assertThat(other.keyId()).hasSize(16).isNotEqualTo(hasher.keyId());
    assertThat(new UserHasher("0123456789abcdef").keyId()).isEqualTo(hasher.keyId());
  }

  @Test
  void aShortSecretIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UserHasher("0123456789abcde"))
        .withMessage("the secret of erasures needs at least 16 characters");
  }
}
