package dev.attune.simulation.demo;

import dev.attune.local.client.BotReply;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.ServerException;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.simulation.Customer;
import dev.attune.simulation.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** The running pipeline as the world that customers act in. Thread-safe. */
final class LiveWorld implements World {
  private static final int WAIT_MILLIS = 250;
  // how often freshness is looked at: probes are requests too and must not become the load
  private static final int PROBES_AT_ONCE = 4;
  private static final Duration PROBE_GIVES_UP = Duration.ofSeconds(20);

  private final GatewayClient gateway;
  private final ResponsesClient responses;
  private final Pacer pacer;
  private final DemoCounts counts;
  private final Executor probes;
  private final String run;
  private final EventJson json = EventJson.standard();
  private final AtomicLong ids = new AtomicLong();
  private final Semaphore probing = new Semaphore(PROBES_AT_ONCE);
  private final Map<String, String> lastToken = new ConcurrentHashMap<>();
  private volatile boolean hurry;

  LiveWorld(
      GatewayClient gateway,
      ResponsesClient responses,
      Pacer pacer,
      DemoCounts counts,
      Executor probes) {
    this.gateway = gateway;
    this.responses = responses;
    this.pacer = pacer;
    this.counts = counts;
    this.probes = probes;
    this.run = "demo-" + Long.toString(System.currentTimeMillis(), 36) + "-";
  }

  /** From now on nobody thinks: visits that are under way come to their end. */
  void hurry() {
    hurry = true;
  }

  @Override
  public long now() {
    return System.currentTimeMillis();
  }

  @Override
  public String nextEventId() {
    return run + ids.incrementAndGet();
  }

  @Override
  public void happens(InteractionEvent event) {
    try {
      pacer.await();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    long began = System.nanoTime();
    counts.sent.increment();
    IngestAnswer answer = gateway.send(List.of(json.write(event)));
    counts.ingested(answer);
    String token = answer.tokens().get(event.getUserId());
    if (token != null) {
      lastToken.put(event.getUserId(), token);
      probe(event.getUserId(), token, began);
    }
  }

  private void probe(String userId, String token, long began) {
    if (probing.tryAcquire()) {
      probes.execute(
          () -> {
            try {
              awaitReadable(userId, token, began);
            } finally {
              probing.release();
            }
          });
    }
  }

  private void awaitReadable(String userId, String token, long began) {
    while (System.nanoTime() - began < PROBE_GIVES_UP.toNanos()) {
      var prediction = responses.prediction(userId, token, 1_000);
      if (prediction.isPresent() && prediction.get().includes(token)) {
        counts.readableAfter(System.nanoTime() - began);
        return;
      }
    }
    counts.readableAfter(PROBE_GIVES_UP.toNanos());
  }

  @Override
  public BotReply ask(Customer customer, String sessionId, String slot, boolean knowing) {
    String after = knowing ? lastToken.get(customer.userId()) : null;
    BotReply reply =
        responses.ask(
            new Question(
                customer.userId(), sessionId, slot, customer.locale(), after, WAIT_MILLIS));
    counts.replied(reply);
    return reply;
  }

  @Override
  public void greeted(String intent, BotReply reply) {
    counts.greeted(intent, reply);
  }

  @Override
  public void pass(double seconds) {
    if (hurry) {
      return;
    }
    try {
      Thread.sleep(Math.round(seconds * 1_000));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ServerException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ServerException("The demo was interrupted.", e);
  }

  @Override
  public void said(Customer customer, String intent, String message, BotReply reply) {
    counts.said(intent, reply);
  }
}
