package dev.attune.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceStartTest {
  private static final List<String> NO_PROPERTIES = List.of();

  @Test
  void attunesOwnSettingsChangeNoBeans() {
    Map<String, String> environment =
        Map.of(
            "ATTUNE_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
            "ATTUNE_TRACING_ENABLED", "false",
            "LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs",
            "SPRING_PROFILES_ACTIVE", "local");

    assertThat(ServiceStart.isAsBuilt(environment, List.of("java.version", "user.dir"))).isTrue();
  }

  @Test
  void theExportOfTracesDoes() {
    assertThat(ServiceStart.isAsBuilt(Map.of("ATTUNE_TRACING_ENABLED", "true"), NO_PROPERTIES))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE",
        "SPRING_CONFIG_ADDITIONALLOCATION",
        "SERVER_SSL_BUNDLE",
        "management.endpoints.web.exposure.include"
      })
  void springsOwnSettingsMay(String variable) {
    assertThat(ServiceStart.isAsBuilt(Map.of(variable, "any"), NO_PROPERTIES)).isFalse();
  }

  /** The last is set while a build works beans out, maybe over those of the build before. */
  @ParameterizedTest
  @ValueSource(strings = {"server.port", "spring.aot.enabled", "spring.aot.processing"})
  void soMaySystemProperties(String property) {
    assertThat(ServiceStart.isAsBuilt(Map.of(), List.of(property))).isFalse();
  }

  @Test
  void soMayArguments() {
    assertThat(ServiceStart.isAsBuilt(Map.of(), NO_PROPERTIES, "--server.port=0")).isFalse();
  }
}
