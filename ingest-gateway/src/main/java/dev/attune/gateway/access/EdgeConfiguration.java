package dev.attune.gateway.access;

import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.Filter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.RequestContextFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * What a request passes before its servlet: the security headers, CORS, and nothing else. Spring's
 * own filters serve its dispatch, which events don't go through, at 4 µs a request.
 */
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> securityHeaders() {
    return tomcat -> tomcat.addEngineValves(new SecurityHeaders());
  }

  /** Spring's dispatch sets the same context again for itself. */
  @Bean
  FilterRegistrationBean<RequestContextFilter> noRequestContext() {
    return disabled(new RequestContextFilter());
  }

  /** Without tracing it would observe into nothing. */
  @Bean
  @ConditionalOnProperty(
      name = "management.observations.enable.http.server.requests",
      havingValue = "false")
  FilterRegistrationBean<ServerHttpObservationFilter> noObservation(ObservationRegistry registry) {
    return disabled(new ServerHttpObservationFilter(registry));
  }

  private static <T extends Filter> FilterRegistrationBean<T> disabled(T filter) {
    var registration = new FilterRegistrationBean<>(filter);
    registration.setEnabled(false);
    return registration;
  }
}
