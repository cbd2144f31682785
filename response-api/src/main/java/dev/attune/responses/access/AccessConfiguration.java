package dev.attune.responses.access;

import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.UserSignature;
import dev.attune.http.BrowserOrigins;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.audit.KeySettings;
import dev.attune.kafka.audit.KeyWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/** Keys, signatures and which browsers may ask at all. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeySettings.class)
class AccessConfiguration implements WebFluxConfigurer {
  private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

  private final ObjectProvider<CallerResolver> callers;

  AccessConfiguration(ObjectProvider<CallerResolver> callers) {
    this.callers = callers;
  }

  @Override
  public void configureArgumentResolvers(ArgumentResolverConfigurer resolvers) {
    resolvers.addCustomResolver(callers.getObject());
  }

  @Bean
  static LiveKeys keys(KeySettings settings, InstantSource clock) throws IOException {
    return settings.live(clock, log::warn);
  }

  @Bean
  static UserSignature userSignature(IdentitySettings settings) {
    return new UserSignature(settings.identitySecrets());
  }

  @Bean
  static BrowserOrigins browserOrigins(LiveKeys keys) {
    return origin -> keys.ring().allow(origin);
  }

  @Bean
  static KeyWatch keyWatch(LiveKeys keys, AuditLog audit, MeterRegistry metrics) {
    return new KeyWatch(keys, audit, metrics);
  }
}
