package dev.attune.responses.reply;

import dev.attune.core.access.Scope;
import dev.attune.http.Body;
import dev.attune.http.Endpoint;
import dev.attune.http.HttpAnswer;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.access.CallerResolver;
import dev.attune.tracing.TraceSpan;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.opentelemetry.api.trace.SpanKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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
  static final int MAX_BODY = 64 * 1024;

  private final CallerResolver callers;
  private final RequestReader reader;
  private final ReplyService replies;
  private final ReplyMeters meters;
  private final ReplyWriter json = new ReplyWriter();

  ReplyEndpoint(
      CallerResolver callers, RequestReader reader, ReplyService replies, ReplyMeters meters) {
    this.callers = callers;
    this.reader = reader;
    this.replies = replies;
    this.meters = meters;
  }

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public Admission admit(HttpRequest head) {
    Caller caller = callers.caller(head.headers()::get);
    String contentType = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
    return isJson(contentType)
        ? new Admission.Admitted(
            caller.name(), MAX_BODY, (body, span, thread) -> reply(caller, span, body, thread))
        : new Admission.Refused(Problem.unsupportedMediaType("The body must be application/json."));
  }

  @Override
  public void answered(int status, long nanos) {
    meters.answered(status, nanos);
  }

  private CompletionStage<HttpAnswer> reply(
      Caller caller, TraceSpan request, Body body, Executor thread) {
    TraceSpan span = request.child("reply", SpanKind.INTERNAL);
    IncomingRequest asked = reader.read(body.bytes());
    var unused = caller.mustReach(asked.request().userId(), Scope.REPLIES);
    CompletableFuture<HttpAnswer> answer =
        replies
            .reply(asked, span, thread)
            .thenApply(reply -> visible(reply, caller))
            .thenApply(reply -> HttpAnswer.of(200, "application/json", json.write(reply)));
    return span == TraceSpan.NONE ? answer : answer.whenComplete((done, failure) -> span.end());
  }

  private static ReplyBody visible(ReplyBody reply, Caller caller) {
    return switch (caller) {
      case Caller.Server _ -> reply;
      case Caller.Browser _ -> reply.forTheUser();
    };
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
