package dev.attune.bench.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Finds the end of an HTTP/1.1 answer with a Content-Length, or of a chunked one that came whole;
 * reads no more of it than that.
 */
final class AnswerScanner {
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKED =
      "transfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private int head;
  private int length;
  private boolean chunked;
  private int status;

  void reset() {
    head = -1;
    length = 0;
    chunked = false;
    status = 0;
  }

  int status() {
    return status;
  }

  /** True when the buffer, written up to its position, holds the whole answer. */
  boolean isWhole(ByteBuffer in) {
    if (head < 0 && !readHead(in)) {
      return false;
    }
    return chunked
        ? matches(in, in.position() - LAST_CHUNK.length, LAST_CHUNK)
        : in.position() >= head + length;
  }

  private boolean readHead(ByteBuffer in) {
    int lineStart = 0;
    for (int p = 0; p + 1 < in.position(); p++) {
      if (in.get(p) == '\r' && in.get(p + 1) == '\n') {
        if (p == lineStart) {
          head = p + 2;
          return true;
        }
        line(in, lineStart);
        lineStart = p + 2;
      }
    }
    return false;
  }

  private void line(ByteBuffer in, int start) {
    if (start == 0) {
      // HTTP/1.1 200
      status = number(in, 9);
    } else if (matches(in, start, LENGTH)) {
      length = number(in, start + LENGTH.length);
    } else if (matches(in, start, CHUNKED)) {
      chunked = true;
    }
  }

  private static int number(ByteBuffer in, int from) {
    int p = in.get(from) == ' ' ? from + 1 : from;
    int value = 0;
    for (byte b = in.get(p); b >= '0' && b <= '9'; b = in.get(++p)) {
      value = Math.addExact(Math.multiplyExact(value, 10), b - '0');
    }
    return value;
  }

  private static boolean matches(ByteBuffer in, int at, byte[] wanted) {
    if (at < 0 || at + wanted.length > in.position()) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (Character.toLowerCase(in.get(at + i)) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
