package dev.attune.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserSignatureTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final UserSignature signature = new UserSignature(List.of("new-secret", "old-secret"));

  @Test
  void acceptsWhatAServerSigned() {
    String header = UserSignature.sign("new-secret", "u-1", NOW.plusSeconds(60));

    assertThat(signature.proves("u-1", header, NOW)).isTrue();
  }

  @Test
  void equalsTheFormulaOfTheContract() {
    // echo -n "u-1.1767323105" | openssl dgst -sha256 -hmac local-identity-secret
    assertThat(
            UserSignature.sign(
                "local-identity-secret", "u-1", Instant.ofEpochSecond(1_767_323_105L)))
        .isEqualTo("1767323105.67e86a0bc62b18a9889d068a140535454db471a4bcb11a8479f6a66893f42297");
  }

  @Test
  void acceptsTheOldSecretWhileItIsRotated() {
    String header = UserSignature.sign("old-secret", "u-1", NOW.plusSeconds(60));

    assertThat(signature.proves("u-1", header, NOW)).isTrue();
  }

  @Test
  void refusesAnotherUser() {
    String header = UserSignature.sign("new-secret", "u-1", NOW.plusSeconds(60));

    assertThat(signature.proves("u-2", header, NOW)).isFalse();
  }

  @Test
  void refusesAnExpiredOne() {
    String header = UserSignature.sign("new-secret", "u-1", NOW.minusSeconds(1));

    assertThat(signature.proves("u-1", header, NOW)).isFalse();
  }

  @Test
  void refusesOneThatLastsForYears() {
    String header = UserSignature.sign("new-secret", "u-1", NOW.plus(Duration.ofDays(3_000)));

    assertThat(signature.proves("u-1", header, NOW)).isFalse();
  }

  @Test
  void refusesAnExtendedExpiry() {
    String header = UserSignature.sign("new-secret", "u-1", NOW.plusSeconds(60));
    String later = NOW.plusSeconds(600).getEpochSecond() + header.substring(header.indexOf('.'));

    assertThat(signature.proves("u-1", later, NOW)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "1.", ".aa", "x.aa", "-5.aa", "1767323105.zz", "99999999999999999999.aa"})
  void refusesWhatIsNoSignature(String header) {
    assertThat(signature.proves("u-1", header, NOW)).isFalse();
  }

  @Test
  void refusesEverythingWithoutASecret() {
    String header = UserSignature.sign("new-secret", "u-1", NOW.plusSeconds(60));

    assertThat(new UserSignature(List.of()).proves("u-1", header, NOW)).isFalse();
  }

  @Test
  void takesNoSecretThatCanBeGuessed() {
    assertThat(UserSignature.secrets(List.of("", "sixteen-letters-1", " ")))
        .containsExactly("sixteen-letters-1");
    assertThatThrownBy(() -> UserSignature.secrets(List.of("sixteen-letters-1", "short")))
        .hasMessage("attune.identity-secrets must have at least 16 characters each");
  }
}
