package dev.attune.streams.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.Bound;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentUsersSettingsTest {
  private static Bound<RecentUsersSettings> bound(Map<String, String> properties) {
    return Bound.of("attune.recent", RecentUsersSettings.class, Map.of(), properties);
  }

  @Test
  void listsSomeUsersByDefault() {
    assertThat(bound(Map.of()).value()).isEqualTo(new RecentUsersSettings(200));
  }

  @Test
  void takesWhatIsSet() {
    assertThat(bound(Map.of("users", "0")).value()).isEqualTo(new RecentUsersSettings(0));
    assertThat(bound(Map.of("users", "5000")).value()).isEqualTo(new RecentUsersSettings(5_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "5001", "many"})
  void refusesWhatIsNoNumberOfUsers(String users) {
    assertThat(bound(Map.of("users", users)).bound()).isNull();
  }
}
