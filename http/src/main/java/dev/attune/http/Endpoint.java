package dev.attune.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A path that is answered from whole bodies, on the thread of its connection. What may block, or
 * takes longer than a moment, goes to other threads: a connection's thread serves many.
 */
public interface Endpoint {
  /** Why a request does not reach {@link #answer}. */
  enum Trouble {
    /** The body's framing is wrong. */
    BROKEN,
    /** The body has more bytes than it may. */
    TOO_LARGE,
    /** All bodies together hold as much as they may. */
    NO_ROOM,
    /** The endpoint failed; the log has why. */
    FAILED
  }

  /**
   * A request with all of its body.
   *
   * @param uri with its query, as sent
   * @param body closed once the request is answered
   * @param thread the connection's; what follows on an event elsewhere belongs there
   */
  record Request(HttpMethod method, String uri, HttpHeaders headers, Body body, Executor thread) {}

  /** Whether such requests are this endpoint's, and not Spring's. */
  boolean takes(HttpMethod method, String path);

  /** A body to be filled, with its limits; one of no bytes for who is refused whatever it holds. */
  Body body(HttpRequest request);

  /** Answers, now or later, on any thread. */
  CompletionStage<HttpAnswer> answer(Request request);

  /** The answer to what does not reach {@link #answer}. */
  HttpAnswer refuse(Trouble trouble, HttpRequest request);
}
