package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceEnvironmentTest {
  private final StackSettings settings =
      StackSettings.isolated(Path.of("home"), Checkout.find().root().resolve("playbooks/support"));

  @Test
  void overridesWinOverTheStacksOwnSettings() {
    var overridden = settings.with(Map.of("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2"));

    assertThat(ServiceEnvironment.of(settings, Part.GATEWAY))
        .containsEntry("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers());
    assertThat(ServiceEnvironment.of(overridden, Part.GATEWAY))
        .containsEntry("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2")
        .containsEntry("ATTUNE_REDIS_URI", settings.redisUri());
  }

  @Test
  void everyRequestIsTracedWhereTracesAreAskedFor() {
    StackSettings traced = settings.with(Part.ZIPKIN);

    assertThat(ServiceEnvironment.of(traced, Part.GATEWAY))
        .containsEntry("ATTUNE_TRACING_ENABLED", "true")
        .containsEntry("MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "1")
        .containsEntry(
            "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
            "http://127.0.0.1:" + traced.ports().zipkinOtlp() + "/v1/traces");
    assertThat(ServiceEnvironment.of(settings, Part.GATEWAY))
        .doesNotContainKey("ATTUNE_TRACING_ENABLED");
  }

  @Test
  void theConsoleKeepsItsHistoryInFilesOfItsOwn() {
    var console = ServiceEnvironment.of(settings, Part.CONSOLE);

    assertThat(List.of("HISTORY", "EFFECTS", "DRIFT"))
        .extracting(kept -> console.get("ATTUNE_CONSOLE_" + kept + "_FILE"))
        .doesNotHaveDuplicates()
        .allMatch(file -> Path.of(file).startsWith(Path.of("home/console").toAbsolutePath()));
    assertThat(ServiceEnvironment.of(settings, Part.GATEWAY))
        .doesNotContainKey("ATTUNE_CONSOLE_DRIFT_FILE");
  }

  @Test
  void aSecondInstanceHasAPortAndStateOfItsOwnAmongTheSameParts() {
    var second =
        settings.beside(
            Part.STREAMS, Path.of("second"), Map.of("ATTUNE_STREAMS_INSTANCE_ID", "second"));

    assertThat(ServiceEnvironment.of(second, Part.STREAMS))
        .containsEntry("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers())
        .containsEntry("ATTUNE_SCHEMA_REGISTRY_URL", settings.registryUrl())
        .containsEntry("ATTUNE_REDIS_URI", settings.redisUri())
        .containsEntry("ATTUNE_INFERENCE_ADDRESS", "127.0.0.1:" + settings.ports().inferenceGrpc())
        .containsEntry("ATTUNE_MODELS_DIR", settings.models().toString())
        .containsEntry("ATTUNE_STREAMS_INSTANCE_ID", "second")
        .containsEntry("ATTUNE_STATE_DIR", Path.of("second/streams/state").toString());
    assertThat(second.ports().gateway()).isEqualTo(settings.ports().gateway());
    assertThat(second.ports().streams()).isNotEqualTo(settings.ports().streams());
  }
}
