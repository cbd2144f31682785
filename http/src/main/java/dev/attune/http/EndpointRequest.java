package dev.attune.http;

import dev.attune.http.Endpoint.Admission;
import dev.attune.http.Endpoint.Handler;
import io.micrometer.observation.ObservationRegistry;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to the endpoint, from its head to its answer. The first problem decides it. */
final class EndpointRequest {
  private static final Logger log = LoggerFactory.getLogger(EndpointRequest.class);

  /** What the requests of a server share; observations only where traces are exported. */
  record Shared(
      Endpoint endpoint,
      BodyBudget budget,
      BrowserOrigins origins,
      @Nullable ObservationRegistry observations) {
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
  private final @Nullable RequestObservation observation;
  private final Handler handler;
  private final Body body;
  private @Nullable Problem problem;

  EndpointRequest(Shared shared, HttpRequest head) {
    this.shared = shared;
    this.head = head;
    this.observation =
        shared.observations() == null
            ? null
            : RequestObservation.start(shared.observations(), path(), head.headers());
    switch (admission()) {
      case Admission.Refused(Problem refusal) -> {
        this.handler = (body, thread) -> CompletableFuture.failedStage(refusal);
        this.body = new Body(shared.budget(), 0);
        this.problem = refusal;
      }
      case Admission.Admitted(int maxBody, Handler admitted) -> {
        this.handler = admitted;
        this.body = new Body(shared.budget(), maxBody);
        boolean tooLarge = HttpUtil.getContentLength(head, 0L) > maxBody;
        this.problem = tooLarge ? body.tooLarge() : null;
      }
    }
  }

  private Admission admission() {
    if (!head.method().equals(HttpMethod.POST)) {
      return new Admission.Refused(Problem.methodNotAllowed("POST"));
    }
    try {
      return shared.endpoint().admit(head);
    } catch (RuntimeException e) {
      return new Admission.Refused(problem(e));
    }
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

  /** The answer, whatever happens. */
  CompletionStage<HttpAnswer> answer(Executor thread) {
    return handled(thread)
        .handle(
            (answer, failure) -> {
              body.close();
              HttpAnswer last = failure == null ? answer : problem(failure).answer(path());
              shared.endpoint().answered(last.status(), System.nanoTime() - start);
              if (observation != null) {
                observation.stop(last.status());
              }
              return last.with(shared.origins().headers(head.headers()));
            })
        .exceptionally(failure -> problem(failure).answer(path()));
  }

  private CompletionStage<HttpAnswer> handled(Executor thread) {
    if (problem != null) {
      return CompletableFuture.failedStage(problem);
    }
    try {
      return handler.answer(body, thread);
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
