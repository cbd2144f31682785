package dev.attune.responses.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Which pages' scripts may ask: those of an origin that any browser key allows. The request itself
 * is then held against its own key.
 */
@Component
public final class BrowserOrigins {

  private final List<AccessKey> browserKeys;

  BrowserOrigins(KeyRing keys) {
    this.browserKeys = keys.keys().stream().filter(key -> key.role() == Role.WRITE).toList();
  }

  List<String> patterns() {
    return browserKeys.stream().map(AccessKey::origins).flatMap(List::stream).toList();
  }

  public boolean allow(String origin) {
    return browserKeys.stream().anyMatch(key -> key.allows(origin));
  }

  /** What lets the page see an answer; nothing for other callers. */
  public Map<String, String> headers(@Nullable String origin) {
    return origin != null && allow(origin)
        ? Map.of("Access-Control-Allow-Origin", origin, "Vary", "Origin")
        : Map.of();
  }
}
