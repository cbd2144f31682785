package dev.attune.inference.grpc;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Where gRPC is served.
 *
 * @param address only this machine reaches the default
 * @param port 0 takes a free one
 * @param sslBundle a bundle under {@code spring.ssl.bundle} with the server's certificate. Absent:
 *     no TLS
 * @param clientSubjects callers that need no secret, by their certificates' subjects, such as
 *     {@code CN=feature-streams,O=Shop}; needs a bundle with a trust store that holds whom to
 *     believe them. None: no certificate is asked for
 * @param drain how long streams may take to end at shutdown; short, since their calls take
 *     milliseconds and the clients repeat what stayed open
 */
@ConfigurationProperties("attune.grpc")
public record GrpcSettings(
    @DefaultValue("127.0.0.1") String address,
    @DefaultValue("7073") int port,
    @Nullable String sslBundle,
    @DefaultValue List<String> clientSubjects,
    @DefaultValue("5s") Duration drain) {
  public GrpcSettings {
    Assert.isTrue(port >= 0 && port <= 65_535, "attune.grpc.port must be 0 to 65535");
    Assert.isTrue(
        clientSubjects.isEmpty() || sslBundle != null,
        "attune.grpc.client-subjects needs attune.grpc.ssl-bundle");
    var unused = subjects(clientSubjects);
    Assert.isTrue(!drain.isNegative(), "attune.grpc.drain must not be negative");
  }

  /** The client subjects as certificates name them: case and blanks don't count. */
  Set<X500Principal> subjects() {
    return subjects(clientSubjects);
  }

  private static Set<X500Principal> subjects(List<String> names) {
    try {
      return names.stream().map(X500Principal::new).collect(toSet());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "attune.grpc.client-subjects must be distinguished names such as CN=feature-streams", e);
    }
  }
}
