package dev.attune.kafka.audit;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The keys that a service lets in. All services may have the same: what a key may do is told by its
 * role and scopes.
 *
 * @param keys name, role (write, write-signed, secret), sha256 and if wanted origins, scopes and
 *     expires each; none by default, so that a forgotten setting lets nobody in
 * @param keysFile more keys, a line each: {@code name role sha256 [scopes=…] [expires=…]
 *     [origin…]}; read again when it changes: rotation without a restart
 * @param keysReload how often the file is looked at; the longest a withdrawn key still works
 */
@ConfigurationProperties("attune")
public record KeySettings(
    @DefaultValue List<AccessKey> keys,
    @Nullable Path keysFile,
    @DefaultValue("5s") Duration keysReload) {
  private static final Duration SHORTEST_RELOAD = Duration.ofMillis(100);

  public KeySettings {
    Assert.isTrue(
        keysReload.compareTo(SHORTEST_RELOAD) >= 0, "attune.keys-reload must be at least 100ms");
    // refuses bad hashes, bad origins and doubles at start-up
    keys = new KeyRing(keys).keys();
  }

  /** The same with a secret that is set in the clear, unless it is one of the keys already. */
  public KeySettings and(String name, String secret) {
    String hash = KeyRing.hash(secret);
    if (keys.stream().anyMatch(key -> key.sha256().equals(hash))) {
      return this;
    }
    List<AccessKey> more = new ArrayList<>(keys);
    more.add(AccessKey.of(name, Role.SECRET, hash, List.of()));
    return new KeySettings(more, keysFile, keysReload);
  }

  /**
   * @param log is told when keys were read again, and when they can't be
   * @throws IOException when the file can't be read now
   * @throws IllegalArgumentException naming the line that is wrong, or a key that is listed twice
   */
  public LiveKeys live(InstantSource clock, Consumer<String> log) throws IOException {
    return new LiveKeys(keys, keysFile, keysReload, clock, log);
  }
}
