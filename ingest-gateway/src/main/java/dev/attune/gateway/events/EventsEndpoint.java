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
 * answered once the broker has spoken, without another thread in between. What may wait for an
 * OpenID provider's keys has a thread of its own. Avro of a schema not read before, and packed and
 * large bodies, take turns on a few threads, key by key, from the first byte to the last dead
 * letter: to mask and refuse a megabyte takes a tenth of a second, and nobody else of the
 * connection's thread may wait for that. Key, token and rate are judged by the head: of whom they
 * refuse no body is read.
 */
@Component
final class EventsEndpoint implements Endpoint {
  /** Some 300 events: under a millisecond of work. */
  private static final int QUICK_BYTES = 64 * 1024;

  private static final int LOOK_UPS_AT_ONCE = 4;

  private static final String SCHEMA_ID = "Attune-Schema-Id";

  private final Authenticator authenticator;
  private final RateLimiter rates;
  private final BodyUnpacker bodies;
  private final EventDecoder decoder;
  private final IngestPipeline pipeline;
  private final IngestMeters meters;
  private final Clock clock;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Whoever makes up schemas' ids has each looked up, so the registry is asked for few at once. */
  private final RoundRobinExecutor schemaLookUps = turns(LOOK_UPS_AT_ONCE, "schema-look-ups-");

  /** Large bodies are read on half of the processors; the others stay free for small ones. */
  private final RoundRobinExecutor largeBodies =
      turns(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), "large-bodies-");

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
        (body, span, thread) -> answer(head.headers(), caller, body, thread));
  }

  @Override
  public void answered(int status, long nanos) {
    meters.request(status, nanos);
  }

  private CompletionStage<HttpAnswer> answer(
      HttpHeaders headers, Caller caller, Body body, Executor thread) {
    long receivedAt = clock.millis();
    Executor worker = worker(caller, headers, body, thread);
    return CompletableFuture.supplyAsync(
            () -> take(caller, headers, body, receivedAt, worker),
            worker == thread ? Runnable::run : worker)
        .thenCompose(Function.identity())
        .thenApply(IngestAnswerJson::answer);
  }

  /** Who reads a body, and writes the dead letters of what was refused of it. */
  private Executor worker(Caller caller, HttpHeaders headers, Body body, Executor connection) {
    if (decoder.mayWait(headers.get(HttpHeaderNames.CONTENT_TYPE), headers.get(SCHEMA_ID))) {
      return schemaLookUps.of(caller.name());
    }
    boolean large = body.size() > QUICK_BYTES || BodyUnpacker.isPacked(headers);
    return large ? largeBodies.of(caller.name()) : connection;
  }

  private CompletableFuture<IngestAnswer> take(
      Caller caller, HttpHeaders headers, Body body, long receivedAt, Executor worker) {
    String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
    byte[] bytes = bodies.unpack(body, headers);
    DecodedBatch batch = decoder.decode(contentType, headers.get(SCHEMA_ID), bytes);
    boolean strict = "true".equalsIgnoreCase(headers.get("Attune-Strict"));
    return pipeline.take(caller, batch, strict, TraceHeaders.of(headers), receivedAt, worker);
  }

  private static RoundRobinExecutor turns(int threads, String name) {
    return new RoundRobinExecutor(
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name(name, 0).factory()));
  }
}
