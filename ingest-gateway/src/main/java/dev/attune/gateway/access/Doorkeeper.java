package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import dev.attune.gateway.problem.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who is calling. A key comes in the Authorization header; a write key, being public, also as
 * {@code ?key=}, since beacons cannot set headers. A secret key in a URL would end in logs, so it
 * is refused there. A server may come with its OpenID provider's token instead. What proxies say
 * about a caller (X-Forwarded-For and the like) is no part of it: anybody can write that.
 */
@Component
public final class Doorkeeper {
  /** Let in, or refused. */
  public sealed interface Verdict {
    record Admitted(Caller caller) implements Verdict {}

    record Refused(Problem problem) implements Verdict {}
  }

  private static final Verdict UNAUTHENTICATED = new Verdict.Refused(Problem.unauthenticated());

  private final Keys keys;
  private final OidcTokens tokens;

  Doorkeeper(Keys keys, OidcTokens tokens) {
    this.keys = keys;
    this.tokens = tokens;
  }

  /** Whether judging may wait for the provider of tokens. */
  public boolean mayWait(HttpHeaders headers) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    return authorization != null && tokens.takes(KeyRing.bearer(authorization));
  }

  /**
   * Judges who is calling.
   *
   * @param uri with its query
   */
  public Verdict judge(String uri, HttpHeaders headers) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    KeyRing ring = keys.ring();
    if (authorization == null) {
      AccessKey key = publicKey(ring.find(queryKey(uri)));
      return key == null ? UNAUTHENTICATED : byKey(key, origin);
    }
    String bearer = KeyRing.bearer(authorization);
    AccessKey key = ring.find(bearer);
    return key != null ? byKey(key, origin) : byToken(bearer, origin);
  }

  private static Verdict byKey(AccessKey key, @Nullable String origin) {
    return key.allows(origin)
        ? new Verdict.Admitted(new Caller(key.name()))
        : new Verdict.Refused(Problem.forbidden("this key is bound to other origins"));
  }

  private Verdict byToken(@Nullable String bearer, @Nullable String origin) {
    OidcTokens.Finding finding = bearer == null ? null : tokens.judge(bearer);
    return switch (finding) {
      case null -> UNAUTHENTICATED;
      case OidcTokens.Finding.Invalid invalid -> UNAUTHENTICATED;
      case OidcTokens.Finding.Unknown unknown ->
          new Verdict.Refused(Problem.unavailable("the identity provider's keys can't be read"));
      case OidcTokens.Finding.Valid(String subject) ->
          origin == null
              ? new Verdict.Admitted(new Caller("oidc:" + subject))
              : new Verdict.Refused(Problem.forbidden("tokens are for servers, not for browsers"));
    };
  }

  private static @Nullable AccessKey publicKey(@Nullable AccessKey key) {
    return key != null && key.role() == Role.WRITE ? key : null;
  }

  private static @Nullable String queryKey(String uri) {
    int query = uri.indexOf('?');
    if (query >= 0) {
      for (String parameter : uri.substring(query + 1).split("&")) {
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
