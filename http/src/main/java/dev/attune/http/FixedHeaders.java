package dev.attune.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The headers that every answer carries, whatever gives it: safety for browsers, and the date. */
final class FixedHeaders {
  private static final Map<AsciiString, AsciiString> SECURITY =
      Map.of(
          ascii("X-Content-Type-Options"), ascii("nosniff"),
          ascii("Cache-Control"), ascii("no-store"),
          ascii("Content-Security-Policy"), ascii("default-src 'none'; frame-ancestors 'none'"),
          ascii("Referrer-Policy"), ascii("no-referrer"));

  private record Date(long second, AsciiString text) {
    static Date of(long second) {
      String text =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
      return new Date(second, ascii(text));
    }
  }

  private static final AtomicReference<Date> DATE = new AtomicReference<>(Date.of(0));

  private FixedHeaders() {}

  static void addTo(HttpHeaders headers) {
    SECURITY.forEach(headers::set);
    headers.set(HttpHeaderNames.DATE, now());
  }

  /** Formatted once a second. */
  private static AsciiString now() {
    long second = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    Date current = Objects.requireNonNull(DATE.get());
    if (current.second != second) {
      current = Date.of(second);
      DATE.set(current);
    }
    return current.text;
  }

  private static AsciiString ascii(String text) {
    return AsciiString.cached(text);
  }
}
