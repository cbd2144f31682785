package dev.attune.http;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.attune.http.Endpoint.Admission;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, between the HTTP codec and the handlers of Spring's server. Requests to the
 * endpoint are gathered and answered here; all others pass through. Requests of one connection are
 * answered one after the other, as HTTP/1.1 asks: what comes meanwhile is held. Everything happens
 * on the connection's thread, so nothing is locked.
 *
 * <p>This is own code for speed. It goes when single events fall below 0.60 of an empty handler
 * (docs/benchmarks.md has 0.74 to 0.95), or replies below 0.50 (0.70), in alternating runs of
 * {@code ./attune bench}; or when Spring's own dispatch reaches these figures.
 */
// what fails on a connection ends it, and is told to exceptionCaught
@SuppressWarnings("FutureReturnValueIgnored")
final class EndpointConnection extends ChannelDuplexHandler {
  /** Told to finish its request, or the one that is on its way, and close. */
  static final Object FINISH = new Object();

  private static final Logger log = LoggerFactory.getLogger(EndpointConnection.class);

  private enum State {
    IDLE,
    /** The endpoint asks somebody whether the body is to be read. */
    JUDGING,
    /** A body is coming in. */
    BODY,
    /** The endpoint has the request. */
    ANSWER,
    /** Spring has it. */
    SPRING,
    CLOSING
  }

  private final EndpointRequest.Shared shared;
  private final ClientClock clock;
  private final SpringTurn spring = new SpringTurn();
  private final HeldMessages held = new HeldMessages();
  private State state = State.IDLE;
  private boolean lastRequest;
  private @Nullable EndpointRequest request;
  private @Nullable LingeringClose lingering;

  /** Whether what was read last held a message of HTTP, and not only a piece of a head. */
  private boolean messageCame;

  private boolean turning;

  EndpointConnection(EndpointRequest.Shared shared, ClientClock clock) {
    this.shared = shared;
    this.clock = clock;
  }

  /** Whether no request waits for its turn. */
  boolean isHungry() {
    return held.isEmpty();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    messageCame = true;
    if (message instanceof HttpContent content) {
      clock.received(content.content().readableBytes());
    }
    if (state == State.CLOSING) {
      discard(context, message);
    } else if (!held.isEmpty() || !mayTake(context, message)) {
      held.add(message);
    } else {
      take(context, message);
    }
  }

  /** A client that does not read its answers gets no more of them. */
  private boolean mayTake(ChannelHandlerContext context, Object message) {
    return message instanceof HttpRequest
        ? state == State.IDLE && context.channel().isWritable()
        : state != State.JUDGING;
  }

  private void discard(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
    if (lingering != null && message instanceof LastHttpContent) {
      lingering.bodyEnded(context.channel());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    if (state == State.IDLE) {
      clock.head(!messageCame);
    }
    awaitRest(context);
    messageCame = false;
    readOn(context);
  }

  /** A refusal waits for no body: who sends none would keep the connection by it. */
  private void awaitBody(ChannelHandlerContext context) {
    EndpointRequest begun = Objects.requireNonNull(request);
    if (begun.isRefused()) {
      answerLast(context, begun, LingeringClose.Rest.BODY);
    } else {
      clock.body();
      begun.incoming(() -> context.executor().execute(() -> loseBody(context, begun)));
    }
  }

  private void loseBody(ChannelHandlerContext context, EndpointRequest loser) {
    if (state == State.BODY && request == loser) {
      loser.loseBody();
      answerLast(context, loser, LingeringClose.Rest.BODY);
    }
  }

  /** Spring's server reads on demand; so do we, while it is not its turn. */
  private void readOn(ChannelHandlerContext context) {
    if (state != State.SPRING && state != State.JUDGING && held.isEmpty()) {
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
      if (shared.takes(head)) {
        judge(context, head);
        return;
      }
      state = State.SPRING;
      spring.begin(head);
    }
    switch (state) {
      case BODY -> gather(context, (HttpContent) message);
      case SPRING -> pass(context, message);
      default -> ReferenceCountUtil.release(message);
    }
  }

  /** At once, since neither a body nor another request can be found after a broken head. */
  private void refuse(ChannelHandlerContext context, HttpRequest head, Problem broken) {
    if (shared.takes(head)) {
      shared.endpoint().answered(broken.status(), 0);
    }
    endAfterAnswer(LingeringClose.Rest.ANYTHING);
    HttpAnswer answer = broken.answer(HeadCheck.path(head));
    respond(context, answer.with(shared.origins().headers(head.headers())));
  }

  private void judge(ChannelHandlerContext context, HttpRequest head) {
    lastRequest |= !HttpUtil.isKeepAlive(head);
    switch (EndpointRequest.judge(shared, head)) {
      case Admission.Verdict verdict -> begin(context, head, verdict);
      case Admission.Pending(CompletionStage<Admission.Verdict> later) -> {
        state = State.JUDGING;
        clock.nothing();
        later.thenAccept(
            verdict -> context.executor().execute(() -> judged(context, head, verdict)));
      }
    }
  }

  private void judged(ChannelHandlerContext context, HttpRequest head, Admission.Verdict verdict) {
    if (state == State.JUDGING) {
      begin(context, head, verdict);
      turn(context);
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest head, Admission.Verdict verdict) {
    state = State.BODY;
    EndpointRequest begun = new EndpointRequest(shared, head, verdict);
    request = begun;
    if (HttpUtil.is100ContinueExpected(head)) {
      if (begun.isRefused()) {
        // the client has not sent its body yet, and won't
        answerLast(context, begun, LingeringClose.Rest.NOTHING);
      } else {
        context.writeAndFlush(HttpAnswer.CONTINUE.toNetty(false), context.voidPromise());
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
    if (content.decoderResult().isFailure()) {
      answerLast(context, begun, LingeringClose.Rest.ANYTHING);
    } else if (content instanceof LastHttpContent) {
      answer(context, begun);
    }
  }

  private void answerLast(
      ChannelHandlerContext context, EndpointRequest asked, LingeringClose.Rest clientsRest) {
    endAfterAnswer(clientsRest);
    answer(context, asked);
  }

  private void endAfterAnswer(LingeringClose.Rest clientsRest) {
    lastRequest = true;
    lingering = new LingeringClose(clientsRest);
  }

  private void answer(ChannelHandlerContext context, EndpointRequest asked) {
    state = State.ANSWER;
    clock.nothing();
    asked.answer(context.executor(), answer -> respond(context, answer));
  }

  private void respond(ChannelHandlerContext context, HttpAnswer answer) {
    request = null;
    if (!context.channel().isActive()) {
      return;
    }
    FullHttpResponse response = answer.toNetty(lastRequest);
    if (lastRequest) {
      context.writeAndFlush(response).addListener(leave(context));
    } else {
      context.write(response, context.voidPromise());
      // with the other answers of this round, so that the clients' side wakes up once for all
      context.executor().execute(context::flush);
      next(context);
    }
  }

  /** The answer that is being sent is the last. */
  private LingeringClose leave(ChannelHandlerContext context) {
    state = State.CLOSING;
    clock.end(LingeringClose.PATIENCE);
    held.release();
    lingering = lingering == null ? new LingeringClose(LingeringClose.Rest.NOTHING) : lingering;
    context.read();
    return lingering;
  }

  /**
   * Turns to what was held while the last request had its turn. An answer that is there at once
   * leads back here, and the loop goes on with the next one: as many calls inside each other as
   * requests were held would not fit the stack.
   */
  private void next(ChannelHandlerContext context) {
    state = State.IDLE;
    if (!turning) {
      turn(context);
    }
  }

  private void turn(ChannelHandlerContext context) {
    turning = true;
    while (!held.isEmpty() && mayTake(context, held.first())) {
      take(context, held.remove());
    }
    turning = false;
    if (state != State.IDLE) {
      awaitRest(context);
    } else if (lastRequest) {
      end(context);
    } else {
      clock.request();
    }
    readOn(context);
  }

  /** Of a request that has begun to come in. */
  private void awaitRest(ChannelHandlerContext context) {
    switch (state) {
      case BODY -> awaitBody(context);
      case SPRING -> spring.await(clock);
      case IDLE, JUDGING, ANSWER, CLOSING -> {}
    }
  }

  /** An answer of this round may still be on its way out. */
  private static void end(ChannelHandlerContext context) {
    context.flush();
    context.close();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (state == State.IDLE && !held.isEmpty()) {
      next(context);
    }
    context.fireChannelWritabilityChanged();
  }

  private void pass(ChannelHandlerContext context, Object message) {
    boolean last = message instanceof LastHttpContent;
    if (last) {
      clock.nothing();
      spring.read();
    }
    context.fireChannelRead(message);
    if (last) {
      endSpringsTurn(context);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean informational = false;
    if (message instanceof HttpResponse response) {
      informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (!informational && spring.endsConnection(response, lastRequest)) {
        endAfterAnswer(spring.rest());
      }
    }
    boolean last = message instanceof LastHttpContent && !informational;
    if (last && lingering != null) {
      context.write(message, promise.unvoid()).addListener(leave(context));
      return;
    }
    context.write(message, promise);
    if (last) {
      spring.answered();
      endSpringsTurn(context);
    }
  }

  private void endSpringsTurn(ChannelHandlerContext context) {
    if (state == State.SPRING && spring.ends()) {
      // not in the midst of its write
      context.executor().execute(() -> next(context));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == FINISH) {
      lastRequest = true;
      clock.hurry();
      context.executor().schedule(() -> turn(context), ClientClock.LAST_CALL, NANOSECONDS);
    } else if (event == Connections.TIME_IS_OVER) {
      giveUp(context);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  private void giveUp(ChannelHandlerContext context) {
    if (state == State.BODY && request != null) {
      request.refuse(Problem.requestTimeout());
      answerLast(context, request, LingeringClose.Rest.BODY);
    } else {
      end(context);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    held.release();
    // an endpoint that works on a body is let finish, and the body is closed then
    if (state == State.BODY && request != null) {
      request.abandon();
    }
    state = State.CLOSING;
    context.fireChannelInactive();
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
