package dev.attune.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer with all of its body.
 *
 * @param headers beside those that every answer carries
 */
public record HttpAnswer(int status, byte[] body, Map<String, String> headers) {
  static final HttpAnswer CONTINUE = new HttpAnswer(100, new byte[0], Map.of());

  public static HttpAnswer of(int status, String contentType, byte[] body) {
    return new HttpAnswer(status, body, Map.of("Content-Type", contentType));
  }

  /** This answer with more headers. */
  public HttpAnswer with(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    var all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new HttpAnswer(status, body, all);
  }

  /**
   * Headers are our own words, or were a client's that the decoder has checked.
   *
   * @param last whether the connection ends with it
   */
  FullHttpResponse toNetty(boolean last) {
    HttpHeaders fields =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    headers.forEach(fields::set);
    if (status >= 200) {
      fields.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
      FixedHeaders.addTo(fields);
    }
    if (last) {
      fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        HttpResponseStatus.valueOf(status),
        Unpooled.wrappedBuffer(body),
        fields,
        EmptyHttpHeaders.INSTANCE);
  }
}
