package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyFinding;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.Scope;
import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who is calling. A key comes in the Authorization header; a write key, being public, also as
 * {@code ?key=}, since beacons cannot set headers. A secret key in a URL would end in logs, so it
 * is refused there. Some write keys must prove their user with a signature. A server may come with
 * its OpenID provider's token instead. What proxies say about a caller (X-Forwarded-For and the
 * like) is no part of it: anybody can write that.
 */
@Component
public final class Authenticator {
  private static final Problem UNAUTHENTICATED =
      Problem.unauthenticated("Send Authorization: Bearer <key>, or ?key= with a write key.");

  private final LiveKeys keys;
  private final OidcTokens tokens;
  private final UserSignature signatures;
  private final InstantSource clock;

  Authenticator(LiveKeys keys, OidcTokens tokens, UserSignature signatures, InstantSource clock) {
    this.keys = keys;
    this.tokens = tokens;
    this.signatures = signatures;
    this.clock = clock;
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
    if (authorization == null) {
      return byKey(publicOnly(keys.find(queryKey(uri))), headers);
    }
    String bearer = KeyRing.bearer(authorization);
    KeyFinding found = keys.find(bearer);
    return found instanceof KeyFinding.Unknown && bearer != null && tokens.takes(bearer)
        ? byToken(bearer, origin)
        : byKey(found, headers);
  }

  private Caller byKey(KeyFinding found, HttpHeaders headers) {
    return switch (found) {
      case KeyFinding.Unknown() -> throw UNAUTHENTICATED;
      case KeyFinding.Expired expired -> throw Problem.unauthenticated(expired.sentence());
      case KeyFinding.Valid(AccessKey key) -> byKey(key, headers);
    };
  }

  private Caller byKey(AccessKey key, HttpHeaders headers) {
    if (!key.allows(headers.get(HttpHeaderNames.ORIGIN))) {
      throw Problem.forbidden("This key is bound to other origins.");
    }
    if (!key.may(Scope.INGEST)) {
      throw Problem.forbidden("This key lacks the scope ingest.");
    }
    return switch (key.role()) {
      case SECRET -> new Caller.Server(key.name());
      case WRITE -> new Caller.Browser(key.name());
      case WRITE_SIGNED -> signed(key.name(), headers.get(UserSignature.HEADER));
    };
  }

  /** Whose signature it is, only the body tells. */
  private Caller signed(String name, @Nullable String signature) {
    Instant now = clock.instant();
    if (signature == null || !UserSignature.isPlausible(signature, now)) {
      throw Caller.SignedBrowser.unproven();
    }
    return new Caller.SignedBrowser(name, signatures, signature, now);
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
        yield new Caller.Server("oidc:" + subject);
      }
    };
  }

  private static KeyFinding publicOnly(KeyFinding found) {
    return found instanceof KeyFinding.Valid(AccessKey key) && key.role() == Role.SECRET
        ? new KeyFinding.Unknown()
        : found;
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
