package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportPlaceTest {
  @ParameterizedTest
  @CsvSource({
    "/past, /past, true",
    "/past, /data/../past/, true",
    "/past, /other, false",
    "s3://past/shop, s3://past/shop/, true",
    "s3://past/shop, s3://past/other, false",
    "s3://past/shop, /past/shop, false",
    "'', /elsewhere, false"
  })
  void receiptsSpeakOfTheConfiguredPlaceAlone(String configured, String place, boolean same) {
    assertThat(ExportPlace.isConfigured(place, Map.of("ATTUNE_EXPORT", configured)))
        .isEqualTo(same);
  }

  @Test
  void whereNothingIsConfiguredItIsTheStacksFolder() {
    Map<String, String> environment = Map.of("ATTUNE_HOME", "/stack");

    assertThat(ExportPlace.isConfigured("/stack/export", environment)).isTrue();
  }
}
