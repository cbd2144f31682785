package dev.attune.gateway.events;

import dev.attune.gateway.access.Caller;
import dev.attune.gateway.access.Cors;
import dev.attune.gateway.access.Doorkeeper;
import dev.attune.gateway.access.Doorkeeper.Verdict;
import dev.attune.gateway.events.Answer.Receipt;
import dev.attune.gateway.events.Answer.Refusal;
import dev.attune.gateway.problem.Problem;
import dev.attune.gateway.problem.ProblemJson;
import dev.attune.http.Body;
import dev.attune.http.Endpoint;
import dev.attune.http.HttpAnswer;
import dev.attune.http.RequestObservation;
import dev.attune.schemas.registry.RegistryException;
import io.micrometer.observation.ObservationRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code POST /v1/events}, contract §3. Small bodies are taken in on the connection's thread and
 * answered from the broker's word without another thread in between; what may wait or take longer
 * (packed and large bodies, Avro of other schemas, an OpenID provider's keys) gets a thread of its
 * own.
 */
@Component
final class EventsEndpoint implements Endpoint {
  private static final String PATH = "/v1/events";

  /** Some 300 events: under a millisecond of work. */
  private static final int QUICK_BYTES = 64 * 1024;

  private final Doorkeeper doorkeeper;
  private final Cors cors;
  private final Bodies bodies;
  private final EventDecoder decoder;
  private final Intake intake;
  private final IngestMeters meters;
  private final ObservationRegistry observations;
  private final Clock clock;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

  EventsEndpoint(
      Doorkeeper doorkeeper,
      Cors cors,
      Bodies bodies,
      EventDecoder decoder,
      Intake intake,
      IngestMeters meters,
      ObservationRegistry observations,
      Clock clock) {
    this.doorkeeper = doorkeeper;
    this.cors = cors;
    this.bodies = bodies;
    this.decoder = decoder;
    this.intake = intake;
    this.meters = meters;
    this.observations = observations;
    this.clock = clock;
  }

  @Override
  public boolean takes(HttpMethod method, String path) {
    return path.equals(PATH);
  }

  /** Nothing is kept of a body whose sender is not let in: strangers can't use up the room. */
  @Override
  public Body body(HttpRequest request) {
    return isLetIn(request) ? bodies.open(request.headers()) : bodies.none();
  }

  @Override
  public HttpAnswer refuse(Trouble trouble, HttpRequest request) {
    Problem problem =
        switch (trouble) {
          case BROKEN -> Problem.malformed("the body's framing is broken");
          case TOO_LARGE -> tooLarge(request);
          case NO_ROOM -> Bodies.noRoom();
          case FAILED -> Problem.internal();
        };
    return ProblemJson.answer(problem).with(cors.headers(request.headers()));
  }

  private Problem tooLarge(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return !doorkeeper.mayWait(headers)
            && doorkeeper.judge(request.uri(), headers) instanceof Verdict.Refused(Problem problem)
        ? problem
        : bodies.tooLarge(headers);
  }

  /** As far as can be told at once. */
  private boolean isLetIn(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return doorkeeper.mayWait(headers)
        || doorkeeper.judge(request.uri(), headers) instanceof Verdict.Admitted;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(Request request) {
    HttpHeaders headers = request.headers();
    if (request.method().equals(HttpMethod.POST)) {
      long start = System.nanoTime();
      RequestObservation observation = RequestObservation.start(observations, PATH, headers);
      return post(request)
          .whenComplete(
              (answer, failure) -> {
                int status = failure == null ? answer.status() : 500;
                meters.request(status, System.nanoTime() - start);
                observation.stop(status);
              })
          .thenApply(answer -> answer.with(cors.headers(headers)));
    }
    HttpAnswer answer =
        Cors.isPreflight(request.method(), headers)
            ? cors.preflight(headers)
            : ProblemJson.answer(Problem.methodNotAllowed()).with(Map.of("Allow", "POST"));
    return CompletableFuture.completedFuture(answer.with(cors.headers(headers)));
  }

  private CompletableFuture<HttpAnswer> post(Request request) {
    long receivedAt = clock.millis();
    CompletableFuture<Answer> answer =
        isQuick(request)
            ? take(request, receivedAt)
            : CompletableFuture.<Void>completedFuture(null)
                .thenComposeAsync(nothing -> take(request, receivedAt), threads);
    return answer.thenApply(
        done ->
            switch (done) {
              case Receipt receipt -> ReceiptJson.answer(receipt);
              case Refusal(Problem problem) -> ProblemJson.answer(problem);
            });
  }

  private boolean isQuick(Request request) {
    return request.body().size() <= QUICK_BYTES
        && !Bodies.isPacked(request.headers())
        && !EventDecoder.mayWait(contentType(request))
        && !doorkeeper.mayWait(request.headers());
  }

  private CompletableFuture<Answer> take(Request request, long receivedAt) {
    return switch (doorkeeper.judge(request.uri(), request.headers())) {
      case Verdict.Refused(Problem problem) -> refusal(problem);
      case Verdict.Admitted(Caller caller) -> take(caller, request, receivedAt);
    };
  }

  private CompletableFuture<Answer> take(Caller caller, Request request, long receivedAt) {
    return switch (bodies.plain(request.body(), request.headers())) {
      case Bodies.Plain.Refused(Problem problem) -> refusal(problem);
      case Bodies.Plain.Bytes(byte[] bytes) -> take(caller, request, bytes, receivedAt);
    };
  }

  private CompletableFuture<Answer> take(
      Caller caller, Request request, byte[] bytes, long receivedAt) {
    HttpHeaders headers = request.headers();
    try {
      Decoded decoded =
          decoder.decode(contentType(request), headers.get("Attune-Schema-Id"), bytes);
      return decoded == null
          ? refusal(
              Problem.unsupportedMediaType(
                  "Content-Type is application/json, text/plain, application/x-ndjson or "
                      + AvroBatches.CONTENT_TYPE))
          : intake.take(caller, decoded, TraceHeaders.of(headers), receivedAt, request.thread());
    } catch (RegistryException.Unavailable e) {
      return refusal(Problem.unavailable("the schema registry is away"));
    }
  }

  private static @Nullable String contentType(Request request) {
    return request.headers().get(HttpHeaderNames.CONTENT_TYPE);
  }

  private static CompletableFuture<Answer> refusal(Problem problem) {
    return CompletableFuture.completedFuture(new Refusal(problem));
  }
}
