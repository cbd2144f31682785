package dev.attune.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

/** How far a request has come that is Spring's: its body may end before or after its answer. */
final class SpringTurn {
  private boolean hasBody;
  private boolean read;
  private boolean answered;

  void begin(HttpRequest head) {
    hasBody = HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    read = false;
    answered = false;
  }

  void read() {
    read = true;
  }

  void answered() {
    answered = true;
  }

  boolean isRead() {
    return read;
  }

  /** Whether the client still sends a body. */
  boolean owesBody() {
    return hasBody && !read;
  }

  /** True once. */
  boolean ends() {
    boolean over = read && answered;
    answered &= !over;
    return over;
  }
}
