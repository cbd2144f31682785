package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import dev.attune.gateway.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who is calling. A key comes in the Authorization header; a write key, being public, also as
 * {@code ?key=}, since beacons cannot set headers. A secret key in a URL would end in logs, so it
 * is refused there.
 */
@Component
public final class Doorkeeper {
  /** Let in with this key, or refused. */
  public sealed interface Verdict {
    record Admitted(AccessKey key) implements Verdict {}

    record Refused(Problem problem) implements Verdict {}
  }

  private final Keys keys;

  Doorkeeper(Keys keys) {
    this.keys = keys;
  }

  public Verdict judge(HttpServletRequest request) {
    String authorization = request.getHeader("Authorization");
    KeyRing ring = keys.ring();
    AccessKey key =
        authorization == null
            ? publicKey(ring.find(queryKey(request.getQueryString())))
            : ring.find(KeyRing.bearer(authorization));
    if (key == null) {
      return new Verdict.Refused(Problem.unauthenticated());
    }
    return key.allows(request.getHeader("Origin"))
        ? new Verdict.Admitted(key)
        : new Verdict.Refused(Problem.forbidden("this key is bound to other origins"));
  }

  private static @Nullable AccessKey publicKey(@Nullable AccessKey key) {
    return key != null && key.role() == Role.WRITE ? key : null;
  }

  /** By hand: getParameter would read a form body. */
  private static @Nullable String queryKey(@Nullable String query) {
    if (query != null) {
      for (String parameter : query.split("&")) {
        if (parameter.startsWith("key=")) {
          return decode(parameter.substring("key=".length()));
        }
      }
    }
    return null;
  }

  private static @Nullable String decode(String text) {
    try {
      return java.net.URLDecoder.decode(text, java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
