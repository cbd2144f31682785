package dev.attune.responses.access;

import dev.attune.core.access.KeyRing;
import dev.attune.core.access.UserSignature;
import dev.attune.http.BrowserOrigins;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/** Keys, signatures and which browsers may ask at all. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration implements WebFluxConfigurer {
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
    return new KeyRing(settings.keys());
  }

  @Bean
  static UserSignature userSignature(AccessSettings settings) {
    return new UserSignature(settings.identitySecrets());
  }

  @Bean
  static BrowserOrigins browserOrigins(KeyRing keys) {
    return keys::allow;
  }
}
