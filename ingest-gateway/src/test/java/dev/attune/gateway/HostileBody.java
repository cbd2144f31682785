package dev.attune.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * A body made to hurt.
 *
 * @param chunked sent without a Content-Length
 * @param status what it must be answered with
 */
record HostileBody(
    String name,
    String contentType,
    Map<String, String> headers,
    byte[] body,
    boolean chunked,
    int status) {
  private static final String JSON = "application/json";
  private static final String AVRO = "application/vnd.attune.events+avro";

  BodyPublisher publisher() {
    return chunked
        ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
        : BodyPublishers.ofByteArray(body);
  }

  static List<HostileBody> all() {
    byte[] tooLong = spaces(5 << 20);
    return List.of(
        plain("over the limit", JSON, tooLong, 413),
        new HostileBody("over the limit, chunked", JSON, Map.of(), tooLong, true, 413),
        packed("gzip 1:1000", gzip(new byte[64 << 20]), 413),
        packed("compressed over the limit", new byte[(1 << 20) + 1], 413),
        packed("gzip of 4,000 empty members", repeated(gzip(new byte[0]), 4_000), 400),
        packed("gzip cut short", cut(gzip(event("'a':1").getBytes(UTF_8))), 400),
        plain("nesting 10,000", JSON, event("'a':" + nested(10_000)), 400),
        plain("arrays and nothing else", JSON, "[".repeat(1 << 20), 400),
        plain("number of 1 MB", JSON, event("'a':" + "9".repeat(1 << 20)), 400),
        plain("number of 20 kB", JSON, event("'a':1e" + "9".repeat(20_000)), 400),
        plain("string of 1 MB", JSON, event("'a':'" + "x".repeat(1 << 20) + "'"), 400),
        plain("1 MB of ampersands", JSON, event("'a':'" + "&".repeat(1 << 20) + "'"), 400),
        plain("duplicate keys", JSON, event("'userId':'other'"), 400),
        plain("duplicate keys by escape", JSON, event("'user\\u0049d':'other'"), 400),
        plain("bad UTF-8", JSON, badUtf8(), 400),
        plain("half a surrogate pair", JSON, event("'sessionId':'\\ud800'"), 400),
        plain("501 events", JSON, batchOf(501), 413),
        plain("many small values", JSON, "{\"events\":[" + "0,".repeat(1 << 20) + "0]}", 413),
        plain("lines without end", "application/x-ndjson", "{\n".repeat(1 << 20), 413),
        plain("Avro array of 2^60", AVRO, new byte[] {0, -2, -1, -1, -1, -1, -1, -1, -1, 31}, 400),
        plain("Avro string of 2 GB", AVRO, new byte[] {0, 2, -2, -1, -1, -1, 15, 0, 0}, 400),
        plain("random Avro", AVRO, "attune".repeat(100_000).getBytes(UTF_8), 400));
  }

  private static HostileBody plain(String name, String type, String body, int status) {
    return plain(name, type, body.getBytes(UTF_8), status);
  }

  private static HostileBody plain(String name, String type, byte[] body, int status) {
    return new HostileBody(name, type, Map.of(), body, false, status);
  }

  private static HostileBody packed(String name, byte[] body, int status) {
    return new HostileBody(name, JSON, Map.of("Content-Encoding", "gzip"), body, false, status);
  }

  private static String event(String more) {
    String event =
        "{'eventId':'hostile','userId':'hostile','type':'clicked','clicked':{'element':'#a'},%s}";
    return event.replace('\'', '"').formatted(more.replace('\'', '"'));
  }

  private static String batchOf(int events) {
    String one = event("'a':1");
    return "{\"events\":[" + (one + ",").repeat(events - 1) + one + "]}";
  }

  private static String nested(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }

  private static byte[] badUtf8() {
    byte[] body = event("'a':'##'").getBytes(UTF_8);
    int at = new String(body, UTF_8).indexOf("##");
    // an overlong slash
    body[at] = (byte) 0xc0;
    body[at + 1] = (byte) 0xaf;
    return body;
  }

  private static byte[] spaces(int length) {
    return " ".repeat(length).getBytes(UTF_8);
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  static byte[] repeated(byte[] bytes, int times) {
    ByteBuffer all = ByteBuffer.allocate(bytes.length * times);
    for (int i = 0; i < times; i++) {
      all.put(bytes);
    }
    return all.array();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
