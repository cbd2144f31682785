package dev.attune.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.678Z",
        "2026-01-02T03:04:05.6789999Z",
        "2026-01-02T03:04:05.6+05:30",
        "1969-12-31T23:59:59.999-08:00",
        "2024-02-29T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z"
      })
  void readsWhatJavaReads(String text) {
    assertThat(Rfc3339.parse(text)).hasValue(OffsetDateTime.parse(text).toInstant().toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04Z",
        "2025-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00Zx",
        "+026-01-01T00:00:00Z",
        "2026-01-01X00:00:00Z"
      })
  void refusesWhatIsNoTimestamp(String text) {
    assertThat(Rfc3339.parse(text)).isEmpty();
  }
}
