package dev.attune.http;

import dev.attune.http.Exchange.Trouble;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, between the HTTP codec and the handlers of Spring's server. Requests to the
 * endpoint are gathered and answered here; all others pass through. Requests of one connection are
 * answered one after the other, as HTTP/1.1 asks: what comes meanwhile is held. Everything happens
 * on the connection's thread, so nothing is locked.
 */
// what fails on a connection ends it, and is told to exceptionCaught
@SuppressWarnings("FutureReturnValueIgnored")
final class EndpointConnection extends ChannelDuplexHandler {
  /** Told to finish its request, take no other, and close. */
  static final Object FINISH = new Object();

  private static final Logger LOG = LoggerFactory.getLogger(EndpointConnection.class);

  /** A refused body is still read so far, or the client never sees the answer. */
  private static final long MOST_IGNORED_BYTES = 8 << 20;

  /** Messages held before the connection is no longer read. */
  private static final int MOST_HELD = 32;

  private enum State {
    IDLE,
    /** A body is coming in. */
    BODY,
    /** The endpoint has the request. */
    ANSWER,
    /** Spring has it. */
    SPRING,
    CLOSING
  }

  private final Endpoint endpoint;
  private final Deque<Object> held = new ArrayDeque<>(2);
  private State state = State.IDLE;
  private boolean lastRequest;
  private @Nullable Exchange exchange;
  private boolean springHasRead;
  private boolean springHasAnswered;

  EndpointConnection(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!held.isEmpty() || (message instanceof HttpRequest && state != State.IDLE)) {
      held.add(message);
    } else {
      take(context, message);
    }
  }

  /** Spring's server reads on demand; so do we, while it is not its turn. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    if (state != State.SPRING && held.size() < MOST_HELD) {
      context.read();
    }
  }

  private void take(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      if (endpoint.takes(request.method(), path(request.uri()))) {
        begin(context, request);
        return;
      }
      state = State.SPRING;
      springHasRead = false;
      springHasAnswered = false;
    }
    switch (state) {
      case BODY -> gather(context, (HttpContent) message);
      case SPRING -> pass(context, message);
      default -> ReferenceCountUtil.release(message);
    }
  }

  /** Without the query, and without what a proxy may put before the path. */
  private static String path(String uri) {
    int scheme = uri.startsWith("/") ? -1 : uri.indexOf("://");
    int from = scheme < 0 ? 0 : Math.max(0, uri.indexOf('/', scheme + 3));
    int query = uri.indexOf('?', from);
    return query < 0 ? uri.substring(from) : uri.substring(from, query);
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    state = State.BODY;
    lastRequest |= !HttpUtil.isKeepAlive(request);
    Exchange begun = endpoint.open(request);
    exchange = begun;
    Body body = begun.body();
    if (request.decoderResult().isFailure()) {
      body.fail(Trouble.BROKEN);
    } else if (HttpUtil.getContentLength(request, 0L) > body.max()) {
      body.fail(Trouble.TOO_LARGE);
    }
    if (HttpUtil.is100ContinueExpected(request)) {
      if (body.trouble() == null) {
        context.writeAndFlush(status(HttpResponseStatus.CONTINUE), context.voidPromise());
      } else {
        // the client has not sent its body yet, and won't
        lastRequest = true;
        answer(context, begun);
      }
    }
  }

  private void gather(ChannelHandlerContext context, HttpContent content) {
    Exchange begun = Objects.requireNonNull(exchange);
    Body body = begun.body();
    try {
      if (content.decoderResult().isFailure()) {
        body.fail(Trouble.BROKEN);
        lastRequest = true;
      }
      body.add(content.content());
    } finally {
      content.release();
    }
    boolean tooMuch = body.seen() > body.max() + MOST_IGNORED_BYTES;
    lastRequest |= tooMuch;
    if (tooMuch || content instanceof LastHttpContent) {
      answer(context, begun);
    }
  }

  private void answer(ChannelHandlerContext context, Exchange asked) {
    state = State.ANSWER;
    Trouble trouble = asked.body().trouble();
    if (trouble != null) {
      respond(context, asked.refuse(trouble));
      return;
    }
    answerOf(asked, context.executor())
        .whenComplete(
            (answer, failure) -> {
              HttpAnswer last = failure == null ? answer : failed(failure, asked);
              if (context.executor().inEventLoop()) {
                respond(context, last);
              } else {
                context.executor().execute(() -> respond(context, last));
              }
            });
  }

  private static CompletionStage<HttpAnswer> answerOf(Exchange asked, Executor thread) {
    try {
      return asked.answer(thread);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static HttpAnswer failed(Throwable failure, Exchange asked) {
    LOG.error("A request failed", failure);
    return asked.refuse(Trouble.FAILED);
  }

  private void respond(ChannelHandlerContext context, HttpAnswer answer) {
    Objects.requireNonNull(exchange).body().close();
    exchange = null;
    if (!context.channel().isActive()) {
      return;
    }
    FullHttpResponse response = response(answer);
    if (lastRequest) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
      state = State.CLOSING;
      releaseHeld();
    } else {
      context.write(response, context.voidPromise());
      // with the other answers of this round, so that the clients' side wakes up once for all
      context.executor().execute(context::flush);
      next(context);
    }
  }

  /** An answer of this round may still be on its way out. */
  private static void end(ChannelHandlerContext context) {
    context.flush();
    context.close();
  }

  private static FullHttpResponse response(HttpAnswer answer) {
    FullHttpResponse response = status(HttpResponseStatus.valueOf(answer.status()));
    HttpHeaders headers = response.headers();
    FixedHeaders.addTo(headers);
    answer.headers().forEach(headers::set);
    if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length));
    }
    return response.replace(Unpooled.wrappedBuffer(answer.body()));
  }

  /** Headers are our own words, or were a client's that the decoder has checked. */
  private static FullHttpResponse status(HttpResponseStatus status) {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        status,
        Unpooled.EMPTY_BUFFER,
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders(),
        EmptyHttpHeaders.INSTANCE);
  }

  /** Turns to what was held while the last request had its turn. */
  private void next(ChannelHandlerContext context) {
    state = State.IDLE;
    while (!held.isEmpty() && !(held.peek() instanceof HttpRequest && state != State.IDLE)) {
      take(context, held.remove());
    }
    if (state == State.IDLE && lastRequest) {
      end(context);
    } else if (state != State.SPRING) {
      context.read();
    }
  }

  private void pass(ChannelHandlerContext context, Object message) {
    boolean last = message instanceof LastHttpContent;
    context.fireChannelRead(message);
    if (last) {
      springHasRead = true;
      endSpringsTurn(context);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean informational = false;
    if (message instanceof HttpResponse response) {
      informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (!informational) {
        FixedHeaders.addTo(response.headers());
      }
    }
    boolean last = message instanceof LastHttpContent && !informational;
    context.write(message, promise);
    if (last) {
      springHasAnswered = true;
      endSpringsTurn(context);
    }
  }

  private void endSpringsTurn(ChannelHandlerContext context) {
    if (state == State.SPRING && springHasRead && springHasAnswered) {
      // not in the midst of its write
      context.executor().execute(() -> next(context));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == FINISH) {
      lastRequest = true;
      if (state == State.IDLE) {
        end(context);
      }
    } else if (event instanceof IdleStateEvent idle) {
      boolean stuck = state == State.BODY && idle.state() == IdleState.READER_IDLE;
      boolean unused = state == State.IDLE && idle.state() == IdleState.ALL_IDLE;
      if (stuck || unused) {
        context.close();
      }
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    releaseHeld();
    // an endpoint that works on a body is let finish: respond closes it
    if (state == State.BODY && exchange != null) {
      exchange.body().close();
    }
    state = State.CLOSING;
    context.fireChannelInactive();
  }

  private void releaseHeld() {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }

  /** A client that went away is no event worth a stack trace. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (state == State.SPRING) {
      context.fireExceptionCaught(cause);
      return;
    }
    LOG.debug("A connection broke", cause);
    context.close();
  }
}
