package dev.attune.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, between the HTTP codec and the handlers of Spring's server. Requests to the
 * endpoint are gathered and answered here; all others pass through. Requests of one connection are
 * answered one after the other, as HTTP/1.1 asks: what comes meanwhile is held. Everything happens
 * on the connection's thread, so nothing is locked.
 *
 * <p>This is own code for speed. It goes when single events fall below 0.77 of an empty handler
 * (docs/benchmarks.md has 0.81), or replies below 0.50 (0.65), in alternating runs of {@code
 * ./attune bench}; or when Spring's own dispatch reaches these figures.
 */
// what fails on a connection ends it, and is told to exceptionCaught
@SuppressWarnings("FutureReturnValueIgnored")
final class EndpointConnection extends ChannelDuplexHandler {
  /** Told to finish its request, take no other, and close. */
  static final Object FINISH = new Object();

  private static final Logger log = LoggerFactory.getLogger(EndpointConnection.class);

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

  private final EndpointRequest.Shared shared;
  private final Deque<Object> held = new ArrayDeque<>(2);
  private State state = State.IDLE;
  private boolean lastRequest;

  /** Whether the client may still be sending what is not read any more. */
  private boolean unread;

  private @Nullable EndpointRequest request;
  private boolean springHasRead;
  private boolean springHasAnswered;

  EndpointConnection(EndpointRequest.Shared shared) {
    this.shared = shared;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (state == State.CLOSING) {
      ReferenceCountUtil.release(message);
    } else if (!held.isEmpty() || (message instanceof HttpRequest && state != State.IDLE)) {
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
    if (message instanceof HttpRequest head) {
      Problem broken = HeadCheck.problem(head);
      if (broken != null) {
        refuse(context, head, broken);
        return;
      }
      if (isEndpoints(head)) {
        begin(context, head);
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

  /** At once, since neither a body nor another request can be found after a broken head. */
  private void refuse(ChannelHandlerContext context, HttpRequest head, Problem broken) {
    if (isEndpoints(head)) {
      shared.endpoint().answered(broken.status(), 0);
    }
    lastRequest = true;
    unread = true;
    HttpAnswer answer = broken.answer(path(head.uri()));
    respond(context, answer.with(shared.origins().headers(head.headers())));
  }

  /** Preflights are Spring's. */
  private boolean isEndpoints(HttpRequest head) {
    boolean preflight =
        head.method().equals(HttpMethod.OPTIONS)
            && head.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    return !preflight && path(head.uri()).equals(shared.endpoint().path());
  }

  /** Without the query, and without what a proxy may put before the path. */
  private static String path(String uri) {
    int scheme = uri.startsWith("/") ? -1 : uri.indexOf("://");
    int from = scheme < 0 ? 0 : Math.max(0, uri.indexOf('/', scheme + 3));
    int query = uri.indexOf('?', from);
    return query < 0 ? uri.substring(from) : uri.substring(from, query);
  }

  private void begin(ChannelHandlerContext context, HttpRequest head) {
    state = State.BODY;
    lastRequest |= !HttpUtil.isKeepAlive(head);
    EndpointRequest begun = new EndpointRequest(shared, head);
    request = begun;
    if (HttpUtil.is100ContinueExpected(head)) {
      if (begun.isRefused()) {
        // the client has not sent its body yet, and won't
        lastRequest = true;
        answer(context, begun);
      } else {
        context.writeAndFlush(HttpAnswer.CONTINUE.toNetty(), context.voidPromise());
      }
    }
  }

  private void gather(ChannelHandlerContext context, HttpContent content) {
    EndpointRequest begun = Objects.requireNonNull(request);
    try {
      begun.add(content);
    } finally {
      content.release();
    }
    boolean hopeless = content.decoderResult().isFailure() || begun.isEndless();
    lastRequest |= hopeless;
    unread |= hopeless;
    if (hopeless || content instanceof LastHttpContent) {
      answer(context, begun);
    }
  }

  private void answer(ChannelHandlerContext context, EndpointRequest asked) {
    state = State.ANSWER;
    asked
        .answer(context.executor())
        .thenAccept(
            answer -> {
              if (context.executor().inEventLoop()) {
                respond(context, answer);
              } else {
                context.executor().execute(() -> respond(context, answer));
              }
            });
  }

  private void respond(ChannelHandlerContext context, HttpAnswer answer) {
    request = null;
    if (!context.channel().isActive()) {
      return;
    }
    FullHttpResponse response = answer.toNetty();
    FixedHeaders.addTo(response.headers());
    if (lastRequest) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      context.writeAndFlush(response).addListener(closing());
      state = State.CLOSING;
      releaseHeld();
    } else {
      context.write(response, context.voidPromise());
      // with the other answers of this round, so that the clients' side wakes up once for all
      context.executor().execute(context::flush);
      next(context);
    }
  }

  private ChannelFutureListener closing() {
    return unread ? LingeringClose.AFTER_ANSWER : ChannelFutureListener.CLOSE;
  }

  /** An answer of this round may still be on its way out. */
  private static void end(ChannelHandlerContext context) {
    context.flush();
    context.close();
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
    // an endpoint that works on a body is let finish, and the body is closed then
    if (state == State.BODY && request != null) {
      request.abandon();
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
    log.debug("A connection broke", cause);
    context.close();
  }
}
