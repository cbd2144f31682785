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
import dev.attune.http.Exchange;
import dev.attune.http.HttpAnswer;
import dev.attune.http.RequestObservation;
import dev.attune.kafka.registry.RegistryException;
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

  @Override
  public Exchange open(HttpRequest head) {
    return new Incoming(head);
  }

  private final class Incoming implements Exchange {
    private final HttpRequest head;
    private final HttpHeaders headers;

    /** Null as long as it is the provider of tokens that knows. */
    private final @Nullable Verdict verdict;

    private final Body body;

    Incoming(HttpRequest head) {
      this.head = head;
      this.headers = head.headers();
      this.verdict = doorkeeper.mayWait(headers) ? null : doorkeeper.judge(head.uri(), headers);
      // strangers can't use up the room
      this.body = verdict instanceof Verdict.Refused ? bodies.none() : bodies.open(headers);
    }

    @Override
    public Body body() {
      return body;
    }

    @Override
    public HttpAnswer refuse(Trouble trouble) {
      Problem problem =
          switch (trouble) {
            case BROKEN -> Problem.malformed("the body's framing is broken");
            case TOO_LARGE ->
                verdict instanceof Verdict.Refused(Problem stranger)
                    ? stranger
                    : bodies.tooLarge(headers);
            case NO_ROOM -> Bodies.noRoom();
            case FAILED -> Problem.internal();
          };
      return ProblemJson.answer(problem).with(cors.headers(headers));
    }

    @Override
    public CompletionStage<HttpAnswer> answer(Executor thread) {
      if (!head.method().equals(HttpMethod.POST)) {
        HttpAnswer answer =
            Cors.isPreflight(head.method(), headers)
                ? cors.preflight(headers)
                : ProblemJson.answer(Problem.methodNotAllowed()).with(Map.of("Allow", "POST"));
        return CompletableFuture.completedFuture(answer.with(cors.headers(headers)));
      }
      long start = System.nanoTime();
      RequestObservation observation = RequestObservation.start(observations, PATH, headers);
      return post(thread)
          .whenComplete(
              (answer, failure) -> {
                int status = failure == null ? answer.status() : 500;
                meters.request(status, System.nanoTime() - start);
                observation.stop(status);
              })
          .thenApply(answer -> answer.with(cors.headers(headers)));
    }

    private CompletableFuture<HttpAnswer> post(Executor thread) {
      long receivedAt = clock.millis();
      return CompletableFuture.<Void>completedFuture(null)
          .thenComposeAsync(
              nothing -> take(receivedAt, thread), isQuick() ? Runnable::run : threads)
          .thenApply(
              done ->
                  switch (done) {
                    case Receipt receipt -> ReceiptJson.answer(receipt);
                    case Refusal(Problem problem) -> ProblemJson.answer(problem);
                  });
    }

    private boolean isQuick() {
      return verdict != null
          && body.size() <= QUICK_BYTES
          && !Bodies.isPacked(headers)
          && !EventDecoder.mayWait(contentType());
    }

    private CompletableFuture<Answer> take(long receivedAt, Executor thread) {
      return switch (verdict == null ? doorkeeper.judge(head.uri(), headers) : verdict) {
        case Verdict.Refused(Problem problem) -> refusal(problem);
        case Verdict.Admitted(Caller caller) ->
            switch (bodies.plain(body, headers)) {
              case Bodies.Plain.Refused(Problem problem) -> refusal(problem);
              case Bodies.Plain.Bytes(byte[] bytes) -> take(caller, bytes, receivedAt, thread);
            };
      };
    }

    private CompletableFuture<Answer> take(
        Caller caller, byte[] bytes, long receivedAt, Executor thread) {
      try {
        Decoded decoded = decoder.decode(contentType(), headers.get("Attune-Schema-Id"), bytes);
        return decoded == null
            ? refusal(
                Problem.unsupportedMediaType(
                    "Content-Type is application/json, text/plain, application/x-ndjson or "
                        + AvroBatches.CONTENT_TYPE))
            : intake.take(caller, decoded, TraceHeaders.of(headers), receivedAt, thread);
      } catch (RegistryException.Unavailable e) {
        return refusal(Problem.unavailable("the schema registry is away"));
      }
    }

    private @Nullable String contentType() {
      return headers.get(HttpHeaderNames.CONTENT_TYPE);
    }
  }

  private static CompletableFuture<Answer> refusal(Problem problem) {
    return CompletableFuture.completedFuture(new Refusal(problem));
  }
}
