package dev.attune.inference.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Knows whether a caller holds a secret key. */
@Component
public final class SecretKeyCheck {
  private static final Logger log = LoggerFactory.getLogger(SecretKeyCheck.class);

  private final LiveKeys keys;

  /**
   * @throws IOException when the file of keys can't be read
   */
  SecretKeyCheck(AccessSettings settings, InstantSource clock) throws IOException {
    this.keys =
        new LiveKeys(
            settings.fixedKeys(), settings.keysFile(), settings.keysReload(), clock, log::warn);
  }

  /** Whether an {@code Authorization} header's value, null when absent, carries a secret key. */
  public boolean admits(@Nullable String authorization) {
    AccessKey key = keys.ring().find(KeyRing.bearer(authorization));
    return key != null && key.role() == AccessKey.Role.SECRET;
  }
}
