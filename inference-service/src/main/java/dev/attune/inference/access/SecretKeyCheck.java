package dev.attune.inference.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyFinding;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.Scope;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Knows whether a caller holds a secret key with the scopes that are needed. */
@Component
public final class SecretKeyCheck {
  private final LiveKeys keys;

  SecretKeyCheck(LiveKeys keys) {
    this.keys = keys;
  }

  /** What a caller is. */
  sealed interface Finding {
    /**
     * May do all that is closed here.
     *
     * @param key its name
     */
    record Admitted(String key) implements Finding {}

    /** Has none of our secret keys, or one that is over. */
    record Unauthenticated(String why) implements Finding {}

    /** Has a secret key for other things. */
    record Forbidden(String why) implements Finding {}
  }

  /**
   * @param authorization an {@code Authorization} header's value, null when absent
   * @param needed the key must have all of them
   */
  Finding check(@Nullable String authorization, Set<Scope> needed) {
    return switch (keys.find(KeyRing.bearer(authorization))) {
      case KeyFinding.Valid(AccessKey key) when key.role() == AccessKey.Role.SECRET ->
          needed.stream()
              .filter(scope -> !key.may(scope))
              .findFirst()
              .<Finding>map(
                  scope -> new Finding.Forbidden("this key lacks the scope " + scope.word()))
              .orElseGet(() -> new Finding.Admitted(key.name()));
      case KeyFinding.Expired expired when expired.key().role() == AccessKey.Role.SECRET ->
          new Finding.Unauthenticated("this key expired at " + expired.at());
      case KeyFinding.Valid _, KeyFinding.Expired _, KeyFinding.Unknown _ ->
          new Finding.Unauthenticated("a secret key is needed");
    };
  }
}
