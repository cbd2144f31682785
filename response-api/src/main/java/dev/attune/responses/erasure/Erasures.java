package dev.attune.responses.erasure;

import dev.attune.responses.store.PredictionStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Erases, and looks after an erasure until every store has taken part. */
@Component
class Erasures {
  private static final Duration FOLLOWED_FOR = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final ErasureRequests requests;
  private final ErasureLog log;
  private final ErasureEvents events;
  private final PredictionStore predictions;
  private final Clock clock;

  Erasures(
      ErasureRequests requests,
      ErasureLog log,
      ErasureEvents events,
      PredictionStore predictions,
      Clock clock) {
    this.requests = requests;
    this.log = log;
    this.events = events;
    this.predictions = predictions;
    this.clock = clock;
  }

  Receipt erase(String userId, String receiptId) {
    Receipt receipt = requests.erase(userId, receiptId);
    Thread.ofVirtual().name("erasure").start(() -> follow(userId, receipt.id()));
    return receipt;
  }

  /** As complete as can be told now; empty when there is no such receipt. */
  Optional<Receipt> receipt(String id) {
    Optional<Receipt> known = log.receipt(id);
    if (known.isEmpty() || known.get().isComplete() || known.get().stateErasedAt() == null) {
      return known;
    }
    return events.userOf(known.get()).map(user -> look(user, known.get())).or(() -> known);
  }

  private void follow(String userId, String id) {
    long deadline = System.nanoTime() + FOLLOWED_FOR.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        Receipt receipt = log.receipt(id).orElseThrow();
        if (receipt.stateErasedAt() != null && look(userId, receipt).isComplete()) {
          return;
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks the prediction store, and publishes what it proves. One at a time: whoever asks for the
   * receipt and {@link #follow} would tell two times of one erasure.
   */
  private synchronized Receipt look(String userId, Receipt asked) {
    Receipt receipt = log.receipt(asked.id()).orElse(asked);
    if (receipt.isComplete() || !predictions.isErased(userId, receipt.position())) {
      return receipt;
    }
    Receipt complete = receipt.withPredictionErasedAt(clock.millis());
    requests.publish(complete);
    return complete;
  }
}
