package dev.attune.cli.replay;

import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.UserPrediction;
import dev.attune.training.events.EventFile;
import dev.attune.training.events.FileEvent;
import dev.attune.training.events.TimeRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Replays users as a chat would see them: send an event, wait until the prediction that can be read
 * includes it, read it, send the next. What is measured is what the pipeline would have answered
 * with at that moment, before the label's event was known. Users run side by side.
 */
final class MeasuredReplay {
  private static final int USERS_AT_ONCE = 64;
  private static final int WAIT_MILLIS = 1_000;
  // a restart of a part in the middle must not make wrong figures
  private static final Duration READABLE_WITHIN = Duration.ofSeconds(60);
  private static final long LONGEST_MICROS = 120_000_000;

  private final GatewayClient gateway;
  private final ResponsesClient responses;
  private final LabelFinder labels;
  private final SendTotals sent;
  private final PredictionAccuracy score = new PredictionAccuracy();
  private final Histogram waits = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final LongAdder late = new LongAdder();
  private final LongAdder done = new LongAdder();
  private volatile long total;

  MeasuredReplay(GatewayClient gateway, ResponsesClient responses, Label label, SendTotals sent) {
    this.gateway = gateway;
    this.responses = responses;
    this.labels = new LabelFinder(label);
    this.sent = sent;
  }

  void run(EventFile file, TimeRange span) throws InterruptedException {
    // labels and last labels are looked up in the whole file, only the span is sent
    Map<String, List<FileEvent>> users = new LinkedHashMap<>();
    file.read(event -> users.computeIfAbsent(event.userId(), id -> new ArrayList<>()).add(event));
    long newest =
        users.values().stream()
            .flatMap(List::stream)
            .mapToLong(FileEvent::occurredAt)
            .max()
            .orElse(Long.MIN_VALUE);
    total =
        users.values().stream()
            .flatMap(List::stream)
            .filter(event -> span.contains(event.occurredAt()))
            .count();
    var free = new Semaphore(USERS_AT_ONCE);
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (List<FileEvent> user : users.values()) {
        free.acquire();
        running.add(threads.submit(() -> replay(user, newest, span, free)));
        throwIfFailed(running, threads);
      }
    }
    throwIfFailed(running, null);
  }

  private static void throwIfFailed(List<Future<?>> running, @Nullable ExecutorService threads) {
    for (Future<?> user : running) {
      if (user.state() == Future.State.FAILED) {
        if (threads != null) {
          threads.shutdownNow();
        }
        throw user.exceptionNow() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(user.exceptionNow());
      }
    }
    running.removeIf(Future::isDone);
  }

  private void replay(List<FileEvent> events, long newest, TimeRange span, Semaphore free) {
    try {
      Map<FileEvent, LabelFinder.Row> rows = labels.of(events, newest);
      for (FileEvent event : events) {
        if (span.contains(event.occurredAt())) {
          Optional<UserPrediction> prediction = send(event);
          LabelFinder.Row row = rows.get(event);
          if (row != null) {
            score.add(row, prediction);
          }
          done.increment();
        }
      }
    } finally {
      free.release();
    }
  }

  private Optional<UserPrediction> send(FileEvent event) {
    long began = System.nanoTime();
    var answer = gateway.send(List.of(event.line()));
    sent.add(1, answer);
    String token = answer.tokens().get(event.userId());
    return token == null ? Optional.empty() : awaitReadable(event.userId(), token, began);
  }

  private Optional<UserPrediction> awaitReadable(String userId, String token, long began) {
    while (System.nanoTime() - began < READABLE_WITHIN.toNanos()) {
      Optional<UserPrediction> prediction = responses.prediction(userId, token, WAIT_MILLIS);
      if (prediction.isPresent() && prediction.get().includes(token)) {
        waits.recordValue(Math.clamp((System.nanoTime() - began) / 1_000, 1, LONGEST_MICROS));
        return prediction;
      }
    }
    late.increment();
    return Optional.empty();
  }

  double progress() {
    return total == 0 ? 0 : (double) done.sum() / total;
  }

  PredictionAccuracy.Result score() {
    return score.result();
  }

  double waitMillis(double percentile) {
    return waits.getTotalCount() == 0 ? 0 : waits.getValueAtPercentile(percentile) / 1e3;
  }

  /** Events whose prediction could not be read in time. */
  long late() {
    return late.sum();
  }
}
