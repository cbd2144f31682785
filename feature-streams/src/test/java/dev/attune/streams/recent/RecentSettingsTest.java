package dev.attune.streams.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.Bound;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentSettingsTest {
  private static Bound<RecentSettings> bound(Map<String, String> properties) {
    return Bound.of("attune.recent", RecentSettings.class, Map.of(), properties);
  }

  @Test
  void listsSomeUsersByDefault() {
    assertThat(bound(Map.of()).value()).isEqualTo(new RecentSettings(200));
  }

  @Test
  void takesWhatIsSet() {
    assertThat(bound(Map.of("users", "0")).value()).isEqualTo(new RecentSettings(0));
    assertThat(bound(Map.of("users", "5000")).value()).isEqualTo(new RecentSettings(5_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "5001", "many"})
  void refusesWhatIsNoNumberOfUsers(String users) {
    assertThat(bound(Map.of("users", users)).bound()).isNull();
  }
}
