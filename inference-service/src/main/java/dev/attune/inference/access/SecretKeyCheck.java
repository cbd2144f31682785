package dev.attune.inference.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Knows whether a caller holds a secret key. */
@Component
public final class SecretKeyCheck {
  private final KeyRing ring;

  SecretKeyCheck(AccessSettings properties) {
    this.ring = properties.ring();
  }

  /** Whether an {@code Authorization} header's value, null when absent, carries a secret key. */
  public boolean admits(@Nullable String authorization) {
    AccessKey key = ring.find(KeyRing.bearer(authorization));
    return key != null && key.role() == AccessKey.Role.SECRET;
  }
}
