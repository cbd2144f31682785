package dev.attune.core.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  @ParameterizedTest
  @CsvSource({
    "loyal, loyal, 0",
    "loyl, loyal, 1",
    "loyall, loyal, 1",
    "loyel, loyal, 1",
    "loayl, loyal, 1",
    "'', loyal, 5",
    "kitten, sitting, 3"
  })
  void countsLettersThatAreAddedLostChangedOrSwapped(String given, String known, int distance) {
    assertThat(Spelling.distance(given, known)).isEqualTo(distance);
    assertThat(Spelling.distance(known, given)).isEqualTo(distance);
  }

  @Test
  void takesTheNearestWord() {
    assertThat(Spelling.nearest("refnud", List.of("payment", "refunds", "refund")))
        .contains("refund");
    assertThat(Spelling.nearest("weather", List.of("payment", "refund"))).isEmpty();
  }

  @Test
  void aPrefixThatOnlyOneOfThemHasDoesNotCount() {
    assertThat(
            Spelling.nearest("clicks", List.of("hour", "features.clicks_24h", "features.clicks")))
        .contains("features.clicks");
    assertThat(Spelling.nearest("features.clicks", List.of("visits", "clicks"))).contains("clicks");
  }
}
