package dev.attune.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

class TracingConfigurationTest {
  private static final TracingSettings SETTINGS = new TracingSettings(Duration.ofSeconds(1));

  private final ObjectProvider<OpenTelemetry> none =
      new StaticListableBeanFactory().getBeanProvider(OpenTelemetry.class);

  @Test
  void nothingIsTracedUnlessTracesAreExported() {
    assertThat(new TracingConfiguration().tracing(none, SETTINGS, false)).isSameAs(Tracing.OFF);
  }

  /** As with a build's beans where only a file says that traces are exported. */
  @Test
  void anExportThatTheBeansDoNotKnowEndsTheStart() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new TracingConfiguration().tracing(none, SETTINGS, true))
        .withMessageContaining("ATTUNE_TRACING_ENABLED");
  }
}
