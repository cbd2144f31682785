package dev.attune.streams.runtime;

import dev.attune.core.user.UserHasher;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How erased users are remembered.
 *
 * @param secret makes the hashes that stand in {@code erasures} for users' ids; at least 16
 *     characters, the same in feature-streams, response-api and the command line, and for good:
 *     with another one the list can't be read
 */
@ConfigurationProperties("attune.erasures")
public record ErasureSettings(@DefaultValue("") String secret) {
  public ErasureSettings {
    Assert.isTrue(
        secret.length() >= UserHasher.SHORTEST_SECRET,
        "attune.erasures.secret (ATTUNE_ERASURE_SECRET) must have at least %d characters"
            .formatted(UserHasher.SHORTEST_SECRET));
  }

  /** With this secret. */
  public UserHasher hasher() {
    return new UserHasher(secret);
  }
}
