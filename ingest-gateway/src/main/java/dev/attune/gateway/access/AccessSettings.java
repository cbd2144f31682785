package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.UserSignature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The API keys.
 *
 * @param keys name, role (write, write-signed, secret), sha256 and if wanted origins, scopes and
 *     expires each; none by default, so that a forgotten setting lets nobody in
 * @param keysFile more keys, a line each: {@code name role sha256 [scopes=…] [expires=…]
 *     [origin…]}; read again when it changes: rotation without a restart
 * @param keysReload how often the file is looked at; the longest a withdrawn key still works
 * @param identitySecrets what user signatures are made with, at least 16 characters each, the same
 *     as response-api's; several while one is being replaced, none: keys of role write-signed send
 *     nothing
 */
@ConfigurationProperties("attune")
public record AccessSettings(
    @DefaultValue List<AccessKey> keys,
    @Nullable Path keysFile,
    @DefaultValue("5s") Duration keysReload,
    @DefaultValue List<String> identitySecrets) {
  public AccessSettings {
    Assert.isTrue(
        keysReload.compareTo(Duration.ofMillis(100)) >= 0,
        "attune.keys-reload must be at least 100ms");
    identitySecrets = UserSignature.secrets(identitySecrets);
    // refuses bad hashes, bad origins and doubles at start-up
    var unused = new KeyRing(keys);
  }
}
