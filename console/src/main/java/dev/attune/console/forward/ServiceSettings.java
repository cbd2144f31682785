package dev.attune.console.forward;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the services are.
 *
 * @param secret a secret key that all of them take; it never reaches a browser
 * @param connectTimeout a service that is away is told at once
 * @param silence a service that says nothing for so long is given up; following a user is never
 *     silent for more than its heartbeat of 10 s
 */
@ConfigurationProperties("attune.console.services")
record ServiceSettings(
    URI gateway,
    URI responses,
    URI inference,
    URI streams,
    String secret,
    @DefaultValue("2s") Duration connectTimeout,
    @DefaultValue("30s") Duration silence) {

  ServiceSettings {
    if (secret == null || secret.isBlank()) {
      throw new IllegalArgumentException("attune.console.services.secret must be set");
    }
    for (URI url : List.of(gateway, responses, inference, streams)) {
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      boolean whole = url.getHost() != null && List.of("", "/").contains(url.getRawPath());
      if (!http || !whole) {
        throw new IllegalArgumentException(
            "attune.console.services: %s is not like http://host:port".formatted(url));
      }
    }
    if (!connectTimeout.isPositive() || !silence.isPositive()) {
      throw new IllegalArgumentException(
          "attune.console.services.connect-timeout and silence must be above 0");
    }
  }

  URI url(Service service) {
    return switch (service) {
      case GATEWAY -> gateway;
      case RESPONSES -> responses;
      case INFERENCE -> inference;
      case STREAMS -> streams;
    };
  }
}
