package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import dev.attune.http.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who is calling. A key comes in the Authorization header; a write key, being public, also as
 * {@code ?key=}, since beacons cannot set headers. A secret key in a URL would end in logs, so it
 * is refused there. A server may come with its OpenID provider's token instead. What proxies say
 * about a caller (X-Forwarded-For and the like) is no part of it: anybody can write that.
 */
@Component
public final class Authenticator {
  private static final Problem UNAUTHENTICATED =
      Problem.unauthenticated("Send Authorization: Bearer <key>, or ?key= with a write key.");

  private final LiveKeys keys;
  private final OidcTokens tokens;

  Authenticator(LiveKeys keys, OidcTokens tokens) {
    this.keys = keys;
    this.tokens = tokens;
  }

  /** Whether to authenticate may wait for the provider of tokens. */
  public boolean mayWait(HttpHeaders headers) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    return authorization != null && tokens.takes(KeyRing.bearer(authorization));
  }

  /**
   * @param uri with its query
   * @throws Problem {@code unauthenticated}, {@code forbidden}, {@code unavailable}
   */
  public Caller authenticate(String uri, HttpHeaders headers) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    KeyRing ring = keys.ring();
    if (authorization == null) {
      return byKey(publicKey(ring.find(queryKey(uri))), origin);
    }
    String bearer = KeyRing.bearer(authorization);
    AccessKey key = ring.find(bearer);
    return key == null && bearer != null && tokens.takes(bearer)
        ? byToken(bearer, origin)
        : byKey(key, origin);
  }

  private static Caller byKey(@Nullable AccessKey key, @Nullable String origin) {
    if (key == null) {
      throw UNAUTHENTICATED;
    }
    if (!key.allows(origin)) {
      throw Problem.forbidden("This key is bound to other origins.");
    }
    return new Caller(key.name());
  }

  private Caller byToken(String token, @Nullable String origin) {
    return switch (tokens.verify(token)) {
      case OidcTokens.Finding.Invalid invalid -> throw UNAUTHENTICATED;
      case OidcTokens.Finding.Unknown unknown ->
          throw Problem.unavailable("The identity provider's keys can't be read.");
      case OidcTokens.Finding.Valid(String subject) -> {
        if (origin != null) {
          throw Problem.forbidden("Tokens are for servers, not for browsers.");
        }
        yield new Caller("oidc:" + subject);
      }
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
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
