package dev.attune.streams.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.Bound;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackfillSettingsTest {
  private static Bound<BackfillSettings> bound(Map<String, String> properties) {
    return Bound.of("attune.backfill", BackfillSettings.class, Map.of(), properties);
  }

  @Test
  void isOffByDefault() {
    assertThat(bound(Map.of()).value()).isEqualTo(new BackfillSettings(null, false, null));
    assertThat(bound(Map.of()).value().isOn()).isFalse();
    assertThat(bound(Map.of("of", " ")).value().isOn()).isFalse();
  }

  @Test
  void recountsInSilenceUnlessItIsToldToPublish() {
    assertThat(bound(Map.of("of", "live")).value())
        .isEqualTo(new BackfillSettings("live", false, null))
        .extracting(BackfillSettings::isOn)
        .isEqualTo(true);
    assertThat(bound(Map.of("of", "live", "publish", "true")).value().publish()).isTrue();
  }

  @Test
  void readsThePastOnlyInSilence() {
    assertThat(bound(Map.of("of", "live", "past", "lost")).value().readsPast()).isTrue();
    assertThat(bound(Map.of("of", "live", "past", " ")).value().readsPast()).isFalse();
    assertThat(bound(Map.of("past", "lost")).bound()).isNull();
    assertThat(bound(Map.of("of", "live", "publish", "true", "past", "lost")).bound()).isNull();
  }

  @Test
  void refusesWhatIsNoAnswer() {
    assertThat(bound(Map.of("of", "live", "publish", "later")).bound()).isNull();
  }
}
