package dev.attune.http;

import dev.attune.http.Endpoint.Admission;
import dev.attune.http.Endpoint.Handler;
import dev.attune.tracing.RequestSpan;
import dev.attune.tracing.RequestSpans;
import dev.attune.tracing.Tracing;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to the endpoint, from its head to its answer. The first problem decides it. */
// what follows an answer is told to nobody but the log
@SuppressWarnings("FutureReturnValueIgnored")
final class EndpointRequest {
  private static final Logger log = LoggerFactory.getLogger(EndpointRequest.class);

  /** What the requests of a server share. */
  record Shared(Endpoint endpoint, BodyBudget budget, BrowserOrigins origins, RequestSpans spans) {
    /** Preflights are Spring's. */
    boolean takes(HttpRequest head) {
      boolean preflight =
          head.method().equals(HttpMethod.OPTIONS)
              && head.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
      return !preflight && HeadCheck.path(head).equals(endpoint.path());
    }
  }

  private final Shared shared;
  private final HttpRequest head;
  private final long start = System.nanoTime();
  private final RequestSpan span;
  private final Handler handler;
  private final Body body;
  private @Nullable Problem problem;

  EndpointRequest(Shared shared, HttpRequest head, Admission.Verdict verdict) {
    this.shared = shared;
    this.head = head;
    this.span = traced();
    switch (verdict) {
      case Admission.Refused(Problem refusal) -> {
        this.handler = (body, span, thread) -> CompletableFuture.failedStage(refusal);
        this.body = new Body(shared.budget(), "", 0);
        this.problem = refusal;
      }
      case Admission.Admitted(String key, int maxBody, Handler admitted) -> {
        this.handler = admitted;
        this.body = new Body(shared.budget(), key, maxBody);
        boolean tooLarge = HttpUtil.getContentLength(head, 0L) > maxBody;
        this.problem = tooLarge ? body.tooLarge() : null;
      }
    }
  }

  /** What a head deserves, before anything of its body is read. */
  static Admission judge(Shared shared, HttpRequest head) {
    if (!head.method().equals(HttpMethod.POST)) {
      return new Admission.Refused(Problem.methodNotAllowed("POST"));
    }
    try {
      return switch (shared.endpoint().admit(head)) {
        case Admission.Pending(CompletionStage<Admission.Verdict> later) ->
            new Admission.Pending(later.exceptionally(EndpointRequest::refused));
        case Admission.Verdict verdict -> verdict;
      };
    } catch (RuntimeException e) {
      return refused(e);
    }
  }

  private static Admission.Verdict refused(Throwable failure) {
    return new Admission.Refused(problem(failure));
  }

  /** What reads the headers from now on continues this request's span in place of the caller's. */
  private RequestSpan traced() {
    HttpHeaders headers = head.headers();
    RequestSpan begun = shared.spans().begin(path(), headers.get(Tracing.HEADER));
    if (shared.spans().isOn()) {
      headers.remove(Tracing.HEADER);
      String header = begun.header();
      if (header != null) {
        headers.set(Tracing.HEADER, header);
      }
    }
    return begun;
  }

  private String path() {
    return shared.endpoint().path();
  }

  boolean isRefused() {
    return problem != null;
  }

  void add(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      refuse(Problem.malformed("The body's framing is broken."));
    } else if (problem == null) {
      Problem refusal = body.add(content.content());
      if (refusal != null) {
        refuse(refusal);
      }
    }
  }

  /** The first refusal counts. */
  void refuse(Problem refusal) {
    if (problem == null) {
      problem = refusal;
      body.close();
    }
  }

  /**
   * The client has not sent all of the body yet.
   *
   * @param lost called on any thread when others need its memory more
   */
  void incoming(Runnable lost) {
    body.incoming(lost);
  }

  /** Its memory has gone to others. */
  void loseBody() {
    refuse(Body.noRoom());
  }

  /** Hands the answer over on the connection's thread, whatever happens. */
  void answer(EventExecutor thread, Consumer<HttpAnswer> sent) {
    answer(thread)
        .thenAccept(
            answer -> {
              if (thread.inEventLoop()) {
                sent.accept(answer);
              } else {
                thread.execute(() -> sent.accept(answer));
              }
            })
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.error("An answer could not be sent", failure);
              }
            });
  }

  private CompletionStage<HttpAnswer> answer(Executor thread) {
    return handled(thread)
        .handle(
            (answer, failure) -> {
              body.close();
              HttpAnswer last = failure == null ? answer : problem(failure).answer(path());
              shared.endpoint().answered(last.status(), System.nanoTime() - start);
              span.end(last.status());
              return last.with(shared.origins().headers(head.headers()));
            })
        .exceptionally(failure -> problem(failure).answer(path()));
  }

  private CompletionStage<HttpAnswer> handled(Executor thread) {
    if (problem == null && !body.complete()) {
      loseBody();
    }
    if (problem != null) {
      return CompletableFuture.failedStage(problem);
    }
    try {
      return handler.answer(body, span.span(), thread);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static Problem problem(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof Problem refusal) {
      return refusal;
    }
    log.error("A request failed", cause);
    return Problem.internal();
  }

  /** Gives up a request whose client has gone. */
  void abandon() {
    body.close();
  }
}
