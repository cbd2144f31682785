package dev.attune.responses.reply;

import dev.attune.http.Body;
import dev.attune.http.Endpoint;
import dev.attune.http.Exchange;
import dev.attune.http.HttpAnswer;
import dev.attune.http.RequestObservation;
import dev.attune.responses.access.BrowserOrigins;
import dev.attune.responses.access.Caller;
import dev.attune.responses.access.CallerResolver;
import dev.attune.responses.problem.ApiProblem;
import dev.attune.responses.problem.ProblemWriter;
import io.micrometer.observation.ObservationRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * {@code POST /v1/responses}, contract §4, taken in front of Spring, whose dispatch would cost more
 * than choosing the reply. Nobody waits for Redis: its answer completes a future whose rest runs on
 * the connection's thread.
 */
@Component
final class ReplyEndpoint implements Endpoint {

  static final String PATH = "/v1/responses";

  /** Fifty variables of a thousand characters fit; nobody can make a replica hold more. */
  private static final int MAX_BODY = 64 * 1024;

  /** A thousand of the largest bodies at once. */
  private static final int MAX_BODIES = 64 * 1024 * 1024;

  private final AskReader reader;
  private final ReplyService replies;
  private final CallerResolver callers;
  private final BrowserOrigins origins;
  private final ProblemWriter problems;
  private final ReplyMeters meters;
  private final ObservationRegistry observations;
  private final ReplyWriter json = new ReplyWriter();
  private final Semaphore budget = new Semaphore(MAX_BODIES);

  ReplyEndpoint(
      AskReader reader,
      ReplyService replies,
      CallerResolver callers,
      BrowserOrigins origins,
      ProblemWriter problems,
      ReplyMeters meters,
      ObservationRegistry observations) {
    this.reader = reader;
    this.replies = replies;
    this.callers = callers;
    this.origins = origins;
    this.problems = problems;
    this.meters = meters;
    this.observations = observations;
  }

  /** Preflights and methods that are not allowed are Spring's. */
  @Override
  public boolean takes(HttpMethod method, String path) {
    return method.equals(HttpMethod.POST) && path.equals(PATH);
  }

  @Override
  public Exchange open(HttpRequest head) {
    HttpHeaders headers = head.headers();
    try {
      return new Incoming(headers, caller(headers), null);
    } catch (ApiProblem stranger) {
      return new Incoming(headers, null, stranger);
    }
  }

  private Caller caller(HttpHeaders headers) {
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin != null && !origins.allow(origin)) {
      throw ApiProblem.forbidden("No key may be used from this origin.");
    }
    return callers.caller(headers::get);
  }

  private final class Incoming implements Exchange {

    private final HttpHeaders headers;
    private final @Nullable Caller caller;
    private final @Nullable ApiProblem stranger;
    private final Body body;

    /** Of a caller, or of a stranger, of whose body nothing is kept. */
    Incoming(HttpHeaders headers, @Nullable Caller caller, @Nullable ApiProblem stranger) {
      this.headers = headers;
      this.caller = caller;
      this.stranger = stranger;
      this.body = new Body(budget, stranger == null ? MAX_BODY : 0);
    }

    @Override
    public Body body() {
      return body;
    }

    @Override
    public HttpAnswer refuse(Trouble trouble) {
      RuntimeException problem =
          switch (trouble) {
            case BROKEN -> ApiProblem.malformed("The body's framing is broken.");
            case TOO_LARGE -> stranger == null ? ApiProblem.tooLarge(MAX_BODY) : stranger;
            case NO_ROOM -> ApiProblem.unavailable("Too many bodies are being worked on.");
            case FAILED -> new IllegalStateException("told in the log");
          };
      return withOrigin(problems.answer(problem, PATH));
    }

    @Override
    public CompletionStage<HttpAnswer> answer(Executor thread) {
      long start = System.nanoTime();
      RequestObservation observation =
          meters.traced() ? RequestObservation.start(observations, PATH, headers) : null;
      return reply(thread)
          .handle(
              (reply, failure) -> {
                HttpAnswer answer = failure == null ? reply : problem(failure);
                if (observation == null) {
                  meters.answered(answer.status(), System.nanoTime() - start);
                } else {
                  observation.stop(answer.status());
                }
                return withOrigin(answer);
              });
    }

    private CompletableFuture<HttpAnswer> reply(Executor thread) {
      if (caller == null) {
        return CompletableFuture.failedFuture(Objects.requireNonNull(stranger));
      }
      try {
        if (!isJson(headers.get(HttpHeaderNames.CONTENT_TYPE))) {
          throw ApiProblem.unsupportedMediaType();
        }
        Ask ask = reader.read(body.bytes());
        caller.mustReach(ask.request().userId());
        return replies
            .reply(ask, thread)
            .thenApply(
                reply -> HttpAnswer.of(200, MediaType.APPLICATION_JSON_VALUE, json.write(reply)));
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private HttpAnswer withOrigin(HttpAnswer answer) {
      return answer.with(origins.headers(headers.get(HttpHeaderNames.ORIGIN)));
    }
  }

  private HttpAnswer problem(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return problems.answer(
        cause instanceof RuntimeException known ? known : new IllegalStateException(cause), PATH);
  }

  private static boolean isJson(@Nullable String contentType) {
    if (MediaType.APPLICATION_JSON_VALUE.equals(contentType)) {
      return true;
    }
    try {
      return contentType != null
          && MediaType.APPLICATION_JSON.includes(MediaType.parseMediaType(contentType));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
