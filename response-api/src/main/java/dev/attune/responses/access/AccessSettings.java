package dev.attune.responses.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.UserSignature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The keys and identity secrets a service knows.
 *
 * @param keys name, role (write, write-signed, secret), sha256 and if wanted origins, scopes and
 *     expires each; none by default: a service nobody configured answers nobody
 * @param keysFile more keys, a line each: {@code name role sha256 [scopes=…] [expires=…]
 *     [origin…]}; read again when it changes: rotation without a restart
 * @param keysReload how often the file is looked at; the longest a withdrawn key still works
 * @param identitySecrets what user signatures are made with, at least 16 characters each; several
 *     while one is being replaced, none: browsers read nothing
 */
@ConfigurationProperties("attune")
public record AccessSettings(
    @DefaultValue List<AccessKey> keys,
    @Nullable Path keysFile,
    @DefaultValue("5s") Duration keysReload,
    @DefaultValue List<String> identitySecrets) {
  private static final Duration SHORTEST_RELOAD = Duration.ofMillis(100);

  public AccessSettings {
    Assert.isTrue(
        keysReload.compareTo(SHORTEST_RELOAD) >= 0, "attune.keys-reload must be at least 100ms");
    identitySecrets = UserSignature.secrets(identitySecrets);
  }
}
