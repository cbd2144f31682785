package dev.attune.responses.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.UserSignature;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Keys, signatures and which browsers may ask at all. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration implements WebMvcConfigurer {

  /** Saves a preflight a message; a withdrawn origin is still refused at the request itself. */
  private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);

  private final CallerResolver callers;

  AccessConfiguration(@Lazy CallerResolver callers) {
    this.callers = callers;
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(callers);
  }

  @Bean
  static KeyRing keyRing(AccessSettings settings) {
    return new KeyRing(settings.keys().stream().map(AccessSettings.Key::toAccessKey).toList());
  }

  @Bean
  static UserSignature userSignature(AccessSettings settings) {
    return new UserSignature(settings.identitySecrets());
  }

  /** A preflight brings no key, so it passes when any browser key allows its origin. */
  @Bean
  static CorsFilter corsFilter(KeyRing keys) {
    CorsConfiguration cors = new CorsConfiguration();
    keys.keys().stream()
        .filter(key -> key.role() == Role.WRITE)
        .map(AccessKey::origins)
        .flatMap(List::stream)
        .forEach(cors::addAllowedOriginPattern);
    cors.setAllowedMethods(List.of("GET", "POST"));
    cors.setAllowedHeaders(
        List.of("Authorization", "Content-Type", UserSignature.HEADER, "Last-Event-ID"));
    cors.setMaxAge(PREFLIGHT_AGE);
    var source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("/v1/**", cors);
    return new CorsFilter(source);
  }
}
