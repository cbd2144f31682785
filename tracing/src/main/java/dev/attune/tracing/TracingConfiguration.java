package dev.attune.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** To be imported by a service. Traces where they are exported. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingSettings.class)
public class TracingConfiguration {
  private static final String EXPORTED = "management.tracing.export.enabled";

  @Bean
  Tracing tracing(
      ObjectProvider<OpenTelemetry> telemetry,
      TracingSettings settings,
      @Value("${" + EXPORTED + ":false}") boolean exported) {
    if (!exported) {
      return Tracing.OFF;
    }
    // only the variable is known before beans are: see ServiceStart
    OpenTelemetry available =
        telemetry.getIfAvailable(
            () -> {
              throw new IllegalStateException(EXPORTED + " is set by ATTUNE_TRACING_ENABLED");
            });
    return Tracing.with(available.getTracer("dev.attune"), settings.slow());
  }

  /** Spring's own, but for what is recorded late. */
  @Bean
  @ConditionalOnBooleanProperty(EXPORTED)
  Sampler sampler(@Value("${management.tracing.sampling.probability:0.1}") double share) {
    return new LateSpanSampler(Sampler.parentBased(Sampler.traceIdRatioBased(share)));
  }

  @Bean
  @ConditionalOnBooleanProperty(EXPORTED)
  RequestTailSampling requestTailSampling(Tracing tracing) {
    return new RequestTailSampling(tracing);
  }

  @Bean
  RequestSpans requestSpans(Tracing tracing) {
    return new RequestSpans(tracing);
  }
}
