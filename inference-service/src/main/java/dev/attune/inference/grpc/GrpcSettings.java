package dev.attune.inference.grpc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where gRPC is served.
 *
 * @param address only this machine reaches the default
 * @param port 0 takes a free one
 * @param sslBundle a bundle under {@code spring.ssl.bundle} with the server's certificate; callers
 *     whose certificate its trust store knows need no secret. Absent: no TLS
 * @param drain how long streams may take to end at shutdown; short, since their calls take
 *     milliseconds and the clients repeat what stayed open
 */
@ConfigurationProperties("attune.grpc")
public record GrpcSettings(
    @DefaultValue("127.0.0.1") String address,
    @DefaultValue("7073") int port,
    @Nullable String sslBundle,
    @DefaultValue("5s") Duration drain) {
  public GrpcSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("attune.grpc.port must be 0 to 65535");
    }
    if (drain.isNegative()) {
      throw new IllegalArgumentException("attune.grpc.drain must not be negative");
    }
  }
}
