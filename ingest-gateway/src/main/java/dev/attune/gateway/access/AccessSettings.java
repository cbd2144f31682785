package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API keys.
 *
 * @param keys name, role (write, secret), sha256 and origins each; none by default, so that a
 *     forgotten setting lets nobody in
 * @param keysFile more keys, a line each: {@code name role sha256 origin…}; read again when it
 *     changes: rotation without a restart
 * @param keysReload how often the file is looked at; the longest a withdrawn key still works
 */
@ConfigurationProperties("attune")
public record AccessSettings(
    @DefaultValue List<AccessKey> keys,
    @Nullable Path keysFile,
    @DefaultValue("5s") Duration keysReload) {
  public AccessSettings {
    if (keysReload.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException("attune.keys-reload must be at least 100ms");
    }
    // refuses bad hashes, bad origins and doubles at start-up
    var unused = new KeyRing(keys);
  }
}
