package dev.attune.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;

/**
 * A path that is answered from whole bodies, on the thread of its connection. What may block, or
 * takes longer than a moment, goes to other threads: a connection's thread serves many.
 */
public interface Endpoint {
  /** Whether such requests are this endpoint's, and not Spring's. */
  boolean takes(HttpMethod method, String path);

  /** Begins with a request whose head has come. */
  Exchange open(HttpRequest head);
}
