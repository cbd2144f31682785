package dev.attune.gateway.events;

import dev.attune.http.Body;
import dev.attune.http.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.springframework.stereotype.Component;

/** Unpacks gzip bodies, no further than the limit, whatever they would become. */
@Component
final class BodyUnpacker {
  private static final int CHUNK = 8 * 1024;

  /** Who packs in parallel makes some members; thousands of empty ones are work for nothing. */
  private static final int MOST_MEMBERS = 100;

  private final BodySettings settings;

  BodyUnpacker(BodySettings settings) {
    this.settings = settings;
  }

  static boolean isPacked(HttpHeaders headers) {
    return "gzip".equalsIgnoreCase(headers.get(HttpHeaderNames.CONTENT_ENCODING));
  }

  int maxOnTheWire(HttpHeaders headers) {
    return (int) (isPacked(headers) ? settings.maxCompressed() : settings.maxBody()).toBytes();
  }

  /**
   * @throws Problem {@code malformed}, {@code too_large}, {@code unsupported_media_type}, {@code
   *     unavailable} when there is no room
   */
  byte[] unpack(Body body, HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (isPacked(headers)) {
      return gunzip(body);
    }
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      return body.bytes();
    }
    throw Problem.unsupportedMediaType("Content-Encoding is gzip or none.");
  }

  private byte[] gunzip(Body body) {
    try (InputStream in = members(body)) {
      byte[] bytes = new byte[0];
      int size = 0;
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (size + n > bytes.length) {
          bytes = grown(bytes, size + n, body);
        }
        System.arraycopy(chunk, 0, bytes, size, n);
        size += n;
      }
      return Arrays.copyOf(bytes, size);
    } catch (IOException e) {
      // the bytes are in memory, so nothing else can be wrong with them
      throw Problem.malformed("The body is not gzip as Content-Encoding says.");
    }
  }

  /** One member after the other; Java's own reader calls itself for each that is empty. */
  private static InputStream members(Body body) throws IOException {
    var members = new AtomicInteger();
    return GzipCompressorInputStream.builder()
        .setInputStream(new ByteArrayInputStream(body.bytes()))
        .setDecompressConcatenated(true)
        .setOnMemberStart(_ -> mustBeFew(members.incrementAndGet()))
        .get();
  }

  private static void mustBeFew(int members) {
    if (members > MOST_MEMBERS) {
      throw Problem.malformed("A gzip body has at most " + MOST_MEMBERS + " members.");
    }
  }

  private byte[] grown(byte[] bytes, int needed, Body body) {
    int max = (int) settings.maxBody().toBytes();
    if (needed > max) {
      throw Problem.tooLarge("A body has at most " + max + " bytes uncompressed.");
    }
    int larger = Math.max(needed, Math.min(max, 2 * bytes.length));
    body.reserve(larger - bytes.length);
    return Arrays.copyOf(bytes, larger);
  }
}
