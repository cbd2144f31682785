package dev.attune.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
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

  void await(ClientClock clock) {
    if (!read) {
      clock.body();
    }
  }

  /**
   * Adds what each answer carries. An answer may come before its request's body, which is waited
   * for no longer then: whether the connection ends with it.
   *
   * @param last whether it ends with it anyway
   */
  boolean endsConnection(HttpResponse response, boolean last) {
    FixedHeaders.addTo(response.headers());
    boolean ends = last || awaitsBody();
    if (ends) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return ends;
  }

  /** What the client may still send. */
  LingeringClose.Rest rest() {
    return awaitsBody() ? LingeringClose.Rest.BODY : LingeringClose.Rest.NOTHING;
  }

  private boolean awaitsBody() {
    return hasBody && !read;
  }

  /** True once. */
  boolean ends() {
    boolean over = read && answered;
    answered &= !over;
    return over;
  }
}
