package dev.attune.console.forward;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Where the services are.
 *
 * @param gateway ingest-gateway's address
 * @param responses response-api's address
 * @param inference inference-service's REST address
 * @param secret a secret key that gateway, response-api and inference-service all take; it never
 *     reaches a browser, without one the console does not start
 * @param connectTimeout a service that is away is told at once
 * @param silence a service that says nothing for so long is given up; following a user is never
 *     silent for more than its heartbeat of 10 s
 */
@ConfigurationProperties("attune.console.services")
public record ServiceSettings(
    @DefaultValue("http://127.0.0.1:7070") URI gateway,
    @DefaultValue("http://127.0.0.1:7071") URI responses,
    @DefaultValue("http://127.0.0.1:7072") URI inference,
    @DefaultValue Management management,
    @DefaultValue("") String secret,
    @DefaultValue("2s") Duration connectTimeout,
    @DefaultValue("30s") Duration silence) {
  public ServiceSettings {
    Assert.isTrue(!secret.isBlank(), "attune.console.services.secret must be set");
    checkAddress("gateway", gateway);
    checkAddress("responses", responses);
    checkAddress("inference", inference);
    Assert.isTrue(
        connectTimeout.isPositive(), "attune.console.services.connect-timeout must be positive");
    Assert.isTrue(silence.isPositive(), "attune.console.services.silence must be positive");
  }

  /**
   * Where the services answer probes and tell their metrics; nobody needs a key there.
   *
   * @param gateway ingest-gateway's management port
   * @param responses response-api's management port
   * @param inference inference-service's management port
   * @param streams feature-streams' management port
   */
  public record Management(
      @DefaultValue("http://127.0.0.1:7170") URI gateway,
      @DefaultValue("http://127.0.0.1:7171") URI responses,
      @DefaultValue("http://127.0.0.1:7172") URI inference,
      @DefaultValue("http://127.0.0.1:7174") URI streams) {
    public Management {
      checkAddress("management.gateway", gateway);
      checkAddress("management.responses", responses);
      checkAddress("management.inference", inference);
      checkAddress("management.streams", streams);
    }

    public URI url(Service service) {
      return switch (service) {
        case GATEWAY -> gateway;
        case RESPONSES -> responses;
        case INFERENCE -> inference;
        case STREAMS -> streams;
      };
    }
  }

  private static void checkAddress(String name, URI url) {
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    boolean whole = url.getHost() != null && List.of("", "/").contains(url.getRawPath());
    Assert.isTrue(
        http && whole,
        "attune.console.services."
            + name
            + " must be like http://host:port, not %s".formatted(url));
  }

  /** Where a service answers its routes; feature-streams has none that pages ask for. */
  URI url(Service service) {
    return switch (service) {
      case GATEWAY -> gateway;
      case RESPONSES -> responses;
      case INFERENCE -> inference;
      case STREAMS -> throw new IllegalArgumentException("feature-streams has no such routes");
    };
  }
}
