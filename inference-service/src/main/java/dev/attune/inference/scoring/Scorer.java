package dev.attune.inference.scoring;

import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.scoring.ScoreResult.NotStored;
import dev.attune.inference.scoring.ScoreResult.Predicted;
import dev.attune.predictions.PredictionWriter;
import dev.attune.predictions.PredictionWriter.Write;
import dev.attune.predictions.PredictionWriter.Written;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.tracing.TraceSpan;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Scores and stores in batches of whatever is waiting. A few workers share one queue: each takes
 * what is there, up to a limit, scores it and writes it in one pipeline. No timer holds anything
 * back: an idle service works on single calls at once, a busy one on large batches, whose cost a
 * call is smaller. Two calls of one user may finish in any order; the store keeps the newer.
 *
 * <p>A call is answered when its own write is. Where Redis is several servers, one that is away
 * delays its own users alone.
 *
 * <p>The queue and the open writes are bounded by what the callers may have unanswered.
 */
@Component
public final class Scorer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Scorer.class);

  /**
   * So long a worker waits for its batch's writes before it takes the next one. Without a wait
   * batches would be small; with more, a server that is away would hold up the others' users.
   */
  private static final Duration PATIENCE = Duration.ofMillis(10);

  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final BlockingQueue<Call> queue = new LinkedBlockingQueue<>();
  private final List<Thread> workers = new ArrayList<>();

  /** Batches with writes that are not answered yet. */
  private final Set<CompletableFuture<Void>> open = ConcurrentHashMap.newKeySet();

  private final int batchLimit;
  private final Supplier<ModelSlots> models;
  private final PredictionWriter store;
  private final PredictionLog predictions;
  private final ShadowScorer shadow;
  private final ServedRows served;
  private final InstantSource clock;
  private final ScoringMeters metrics;
  private final ScoringHealth health;
  private volatile boolean closed;

  /** A task, its part of a trace, and where its answer goes. */
  private record Call(ScoreTask task, TraceSpan span, Consumer<ScoringAnswer> caller) {}

  /** A write under way; without a prediction it erases. */
  private record Pending(Call call, Write write, @Nullable Predicted predicted) {
    TraceSpan beginWrite(int batch) {
      return call.span()
          .child("redis write", SpanKind.CLIENT)
          .tag("db.system.name", "redis")
          .tag("db.operation.name", "XADD")
          .tag("db.operation.batch.size", batch);
    }

    String modelVersion() {
      return predicted == null ? "" : predicted.model().version();
    }
  }

  public Scorer(
      ScoringSettings properties,
      Supplier<ModelSlots> models,
      PredictionWriter store,
      PredictionLog predictions,
      ShadowScorer shadow,
      ServedRows served,
      ScoringHealth health,
      InstantSource clock,
      MeterRegistry registry) {
    this.batchLimit = properties.batch();
    this.models = models;
    this.store = store;
    this.predictions = predictions;
    this.shadow = shadow;
    this.served = served;
    this.health = health;
    this.clock = clock;
    this.metrics = new ScoringMeters(registry, queue);
    for (int i = 0; i < properties.workers(); i++) {
      workers.add(Thread.ofPlatform().name("scoring-" + i).daemon().start(this::work));
    }
  }

  /** Returns at once; the answer comes on a worker's thread, which it must not block. */
  public void submit(ScoreTask task, TraceSpan span, Consumer<ScoringAnswer> caller) {
    queue.add(new Call(task, span, caller));
  }

  private void work() {
    List<Call> batch = new ArrayList<>(batchLimit);
    while (!closed || !queue.isEmpty()) {
      try {
        batch.add(queue.take());
        queue.drainTo(batch, batchLimit - 1);
        process(List.copyOf(batch));
      } catch (InterruptedException e) {
        // closing: the loop's condition decides
      } finally {
        batch.clear();
      }
    }
  }

  private void process(List<Call> batch) throws InterruptedException {
    metrics.batch(batch.size());
    try {
      store(score(batch));
    } catch (RuntimeException e) {
      log.error("A batch failed", e);
      // answered twice is harmless, the caller knows its calls; not at all would stall it
      batch.forEach(call -> answer(call, ScoringAnswer.unavailable("", "internal error")));
    }
  }

  private List<Pending> score(List<Call> batch) {
    List<Pending> pending = new ArrayList<>(batch.size());
    List<Call> calls = new ArrayList<>(batch.size());
    List<ScoreTask.Score> tasks = new ArrayList<>(batch.size());
    for (Call call : batch) {
      switch (call.task()) {
        case ScoreTask.Score score -> {
          calls.add(call);
          tasks.add(score);
        }
        case ScoreTask.Erase erase ->
            pending.add(new Pending(call, PredictionRecords.erase(erase), null));
      }
    }
    ModelSlots slots = models.get();
    List<ScoreResult> results = Predictor.predict(slots, tasks);
    served.add(slots, tasks, results);
    shadow.offer(slots.shadow(), results);
    long now = clock.millis();
    for (int i = 0; i < calls.size(); i++) {
      switch (results.get(i)) {
        case Predicted predicted -> {
          Call call = calls.get(i);
          Write write = PredictionRecords.put(predicted, slots, now, call.span().header());
          pending.add(new Pending(call, write, predicted));
        }
        case NotStored notStored -> answer(calls.get(i), notStored.answer());
      }
    }
    return pending;
  }

  private void store(List<Pending> pending) throws InterruptedException {
    List<TraceSpan> spans = BatchSpans.begin(pending, Pending::beginWrite);
    List<CompletableFuture<Written>> results =
        store.send(pending.stream().map(Pending::write).toList());
    var settled = new CompletableFuture<?>[pending.size()];
    for (int i = 0; i < settled.length; i++) {
      Pending write = pending.get(i);
      TraceSpan span = spans.get(i);
      settled[i] =
          results
              .get(i)
              .thenAccept(
                  written -> {
                    span.tag("attune.outcome", written.name()).end();
                    settle(write, written);
                  });
    }
    await(CompletableFuture.allOf(settled));
  }

  private void await(CompletableFuture<Void> settled) throws InterruptedException {
    open.add(settled);
    var unused = settled.whenComplete((done, failure) -> open.remove(settled));
    try {
      settled.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // its calls are answered as their writes are
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** On the store's thread. */
  private void settle(Pending pending, Written written) {
    long now = clock.millis();
    String model = pending.modelVersion();
    Predicted predicted = pending.predicted();
    // counted before the answer: a caller that has it may look at the counts
    if (predicted != null && predicted.isBlank()) {
      metrics.blank();
    } else if (written == Written.STORED && predicted != null) {
      metrics.readable(predicted.task().receivedAt(), now);
      predictions.append(PredictionRecords.prediction(predicted, now));
    }
    answer(
        pending.call(),
        switch (written) {
          case STORED -> new ScoringAnswer(Outcome.STORED, model, "");
          case SUPERSEDED -> new ScoringAnswer(Outcome.SUPERSEDED, model, "");
          case UNAVAILABLE -> ScoringAnswer.unavailable(model, "the store did not answer");
        });
  }

  private void answer(Call call, ScoringAnswer answer) {
    metrics.answered(answer.outcome());
    health.answered(answer);
    try {
      call.caller().accept(answer);
    } catch (RuntimeException e) {
      log.debug("An answer could not be delivered: {}", e.getMessage());
    }
  }

  /** Finishes what waits, then stops. */
  @Override
  public void close() {
    closed = true;
    workers.forEach(Thread::interrupt);
    try {
      for (Thread worker : workers) {
        worker.join(CLOSING);
      }
      CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
          .get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("Closed before the store had answered {} batches", open.size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
