package dev.attune.responses.access;

import dev.attune.core.access.KeyRing;
import dev.attune.core.access.UserSignature;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/** Keys, signatures and which browsers may ask at all. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration implements WebFluxConfigurer {

  /** Saves a preflight a message; a withdrawn origin is still refused at the request itself. */
  private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);

  private final CallerResolver callers;

  AccessConfiguration(@Lazy CallerResolver callers) {
    this.callers = callers;
  }

  @Override
  public void configureArgumentResolvers(ArgumentResolverConfigurer resolvers) {
    resolvers.addCustomResolver(callers);
  }

  @Bean
  static KeyRing keyRing(AccessSettings settings) {
    return new KeyRing(settings.keys().stream().map(AccessSettings.Key::toAccessKey).toList());
  }

  @Bean
  static UserSignature userSignature(AccessSettings settings) {
    return new UserSignature(settings.identitySecrets());
  }

  /** For Spring's paths, and preflights of all: they bring no key. */
  @Bean
  static CorsWebFilter corsFilter(BrowserOrigins origins) {
    CorsConfiguration cors = new CorsConfiguration();
    origins.patterns().forEach(cors::addAllowedOriginPattern);
    cors.setAllowedMethods(List.of("GET", "POST"));
    cors.setAllowedHeaders(
        List.of("Authorization", "Content-Type", UserSignature.HEADER, "Last-Event-ID"));
    cors.setMaxAge(PREFLIGHT_AGE);
    var source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("/v1/**", cors);
    return new CorsWebFilter(source);
  }
}
