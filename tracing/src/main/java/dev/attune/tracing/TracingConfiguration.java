package dev.attune.tracing;

import io.opentelemetry.api.OpenTelemetry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** To be imported by a service. Traces where they are exported. */
@Configuration(proxyBeanMethods = false)
public class TracingConfiguration {
  @Bean
  Tracing tracing(
      ObjectProvider<OpenTelemetry> telemetry,
      @Value("${management.tracing.export.enabled:false}") boolean exported) {
    OpenTelemetry available = exported ? telemetry.getIfAvailable() : null;
    return available == null ? Tracing.OFF : Tracing.with(available.getTracer("dev.attune"));
  }
}
