package dev.attune.responses.access;

import dev.attune.core.access.AccessKey;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys and identity secrets a service knows.
 *
 * @param keys name, role (write, secret), sha256 and origins each; none by default: a service
 *     nobody configured answers nobody
 * @param identitySecrets what user signatures are made with, at least 16 characters each; several
 *     while one is being replaced, none: browsers read nothing
 */
@ConfigurationProperties("attune")
public record AccessSettings(
    @DefaultValue List<AccessKey> keys, @DefaultValue List<String> identitySecrets) {
  /** The shortest secret that is not guessed offline from one signature. */
  private static final int SHORTEST_SECRET = 16;

  public AccessSettings {
    identitySecrets = identitySecrets.stream().filter(secret -> !secret.isBlank()).toList();
    if (identitySecrets.stream().anyMatch(secret -> secret.length() < SHORTEST_SECRET)) {
      throw new IllegalArgumentException(
          "attune.identity-secrets must have at least " + SHORTEST_SECRET + " characters each");
    }
  }
}
