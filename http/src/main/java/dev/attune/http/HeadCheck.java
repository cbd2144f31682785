package dev.attune.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Finds heads that two servers could read differently, which is how requests are smuggled past a
 * proxy, and heads that are too long. After such a head nobody knows where the next request begins.
 * Conflicting lengths, and a length beside chunks, are found by Netty's decoder (RFC 9112, 6.3).
 */
final class HeadCheck {
  private HeadCheck() {}

  /** Null when the head is fine. */
  static @Nullable Problem problem(HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      return unreadable(head.decoderResult().cause());
    }
    return hasItsHost(head) ? null : Problem.malformed("A request must have exactly one Host.");
  }

  private static boolean hasItsHost(HttpRequest head) {
    Iterator<? extends CharSequence> hosts =
        head.headers().valueCharSequenceIterator(HttpHeaderNames.HOST);
    if (!hosts.hasNext()) {
      return head.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
    }
    hosts.next();
    return !hosts.hasNext();
  }

  /** Without the query, and without what a proxy may put before the path. */
  static String path(HttpRequest head) {
    String uri = head.uri();
    int scheme = uri.startsWith("/") ? -1 : uri.indexOf("://");
    int from = scheme < 0 ? 0 : Math.max(0, uri.indexOf('/', scheme + 3));
    int query = uri.indexOf('?', from);
    return query < 0 ? uri.substring(from) : uri.substring(from, query);
  }

  private static Problem unreadable(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException line -> Problem.uriTooLong();
      case TooLongFrameException headers -> Problem.headTooLarge();
      default -> Problem.malformed("The request's head is broken.");
    };
  }
}
