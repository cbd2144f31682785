package dev.attune.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
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
      longs = {
        0,
        1,
        999,
        1000,
        -1,
        -86_400_000,
        1_767_322_245_678L,
        951_782_400_000L, // 29 February
        253_402_300_799_999L, // the last millisecond of 9999
        253_402_300_800_000L,
        -62_135_596_800_000L, // the first of year 1
        -62_167_219_200_001L // before year 0
      })
  void writesAsJavaDoes(long time) {
    assertThat(Rfc3339.format(time)).isEqualTo(Instant.ofEpochMilli(time).toString());
  }

  @Test
  void writesAnyTimeOfManyYearsAsJavaDoes() {
    Random random = new Random(20261128);
    for (int i = 0; i < 100_000; i++) {
      long time = random.nextLong(-62_135_596_800_000L, 253_402_300_800_000L);
      assertThat(Rfc3339.format(time)).isEqualTo(Instant.ofEpochMilli(time).toString());
    }
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
