package dev.attune.gateway.events;

import dev.attune.gateway.access.Authenticator;
import dev.attune.gateway.access.Caller;
import dev.attune.gateway.limits.RateLimiter;
import dev.attune.http.Body;
import dev.attune.http.Endpoint;
import dev.attune.http.HttpAnswer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * {@code POST /v1/events}, contract §3. Small bodies are taken in on the connection's thread and
 * answered once the broker has spoken, without another thread in between. What may wait or takes
 * longer gets a thread of its own: packed and large bodies, Avro of other schemas, an OpenID
 * provider's keys. Key, token and rate are judged by the head: of whom they refuse no body is read.
 */
@Component
final class EventsEndpoint implements Endpoint {
  /** Some 300 events: under a millisecond of work. */
  private static final int QUICK_BYTES = 64 * 1024;

  private final Authenticator authenticator;
  private final RateLimiter rates;
  private final BodyUnpacker bodies;
  private final EventDecoder decoder;
  private final IngestPipeline pipeline;
  private final IngestMeters meters;
  private final Clock clock;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

  EventsEndpoint(
      Authenticator authenticator,
      RateLimiter rates,
      BodyUnpacker bodies,
      EventDecoder decoder,
      IngestPipeline pipeline,
      IngestMeters meters,
      Clock clock) {
    this.authenticator = authenticator;
    this.rates = rates;
    this.bodies = bodies;
    this.decoder = decoder;
    this.pipeline = pipeline;
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  public String path() {
    return "/v1/events";
  }

  @Override
  public Admission admit(HttpRequest head) {
    return authenticator.mayWait(head.headers())
        ? new Admission.Pending(CompletableFuture.supplyAsync(() -> verdict(head), threads))
        : verdict(head);
  }

  private Admission.Verdict verdict(HttpRequest head) {
    Caller caller = authenticator.authenticate(head.uri(), head.headers());
    rates.mustAdmit(caller);
    return new Admission.Admitted(
        caller.name(),
        bodies.maxOnTheWire(head.headers()),
        (body, thread) -> answer(head.headers(), caller, body, thread));
  }

  @Override
  public void answered(int status, long nanos) {
    meters.request(status, nanos);
  }

  private CompletionStage<HttpAnswer> answer(
      HttpHeaders headers, Caller caller, Body body, Executor thread) {
    long receivedAt = clock.millis();
    return CompletableFuture.supplyAsync(
            () -> take(caller, headers, body, receivedAt, thread),
            isQuick(headers, body) ? Runnable::run : threads)
        .thenCompose(Function.identity())
        .thenApply(IngestAnswerJson::answer);
  }

  private static boolean isQuick(HttpHeaders headers, Body body) {
    return body.size() <= QUICK_BYTES
        && !BodyUnpacker.isPacked(headers)
        && !EventDecoder.mayWait(headers.get(HttpHeaderNames.CONTENT_TYPE));
  }

  private CompletableFuture<IngestAnswer> take(
      Caller caller, HttpHeaders headers, Body body, long receivedAt, Executor thread) {
    String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
    byte[] bytes = bodies.unpack(body, headers);
    DecodedBatch batch = decoder.decode(contentType, headers.get("Attune-Schema-Id"), bytes);
    boolean strict = "true".equalsIgnoreCase(headers.get("Attune-Strict"));
    return pipeline.take(caller, batch, strict, TraceHeaders.of(headers), receivedAt, thread);
  }
}
